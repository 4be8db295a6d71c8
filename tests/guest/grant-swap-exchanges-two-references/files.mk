guest-tests += grant-swap-exchanges-two-references
