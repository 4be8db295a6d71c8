guest-tests += domctl-memory-limit-holds
