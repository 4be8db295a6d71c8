guest-tests += physdev-operations-refuse-what-is-wrong
