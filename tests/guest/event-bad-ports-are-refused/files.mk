guest-tests += event-bad-ports-are-refused
