guest-tests += grant-own-page-is-mapped-and-unmapped
