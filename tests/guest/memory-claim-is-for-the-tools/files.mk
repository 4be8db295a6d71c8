guest-tests += memory-claim-is-for-the-tools
