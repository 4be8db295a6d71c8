guest-tests += event-ports-run-out-at-the-limit
