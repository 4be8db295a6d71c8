guest-tests += grant-bad-references-are-refused
