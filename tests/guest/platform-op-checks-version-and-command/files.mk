guest-tests += platform-op-checks-version-and-command
