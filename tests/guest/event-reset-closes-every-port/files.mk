guest-tests += event-reset-closes-every-port
