guest-tests += grant-odd-operations-are-refused
