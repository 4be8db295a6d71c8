guest-tests += physdev-line-is-mapped-bound-and-released
