guest-tests += grant-read-only-one-is-not-mapped-writable
