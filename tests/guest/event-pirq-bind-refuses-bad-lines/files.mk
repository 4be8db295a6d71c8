guest-tests += event-pirq-bind-refuses-bad-lines
