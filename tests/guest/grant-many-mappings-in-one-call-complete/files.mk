guest-tests += grant-many-mappings-in-one-call-complete
