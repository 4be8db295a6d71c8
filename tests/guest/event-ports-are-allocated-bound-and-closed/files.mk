guest-tests += event-ports-are-allocated-bound-and-closed
