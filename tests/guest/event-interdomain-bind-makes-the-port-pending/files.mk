guest-tests += event-interdomain-bind-makes-the-port-pending
