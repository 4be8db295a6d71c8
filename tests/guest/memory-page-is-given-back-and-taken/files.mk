guest-tests += memory-page-is-given-back-and-taken
