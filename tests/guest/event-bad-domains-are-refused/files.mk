guest-tests += event-bad-domains-are-refused
