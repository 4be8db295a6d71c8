guest-tests += start-module-is-given-by-frame-number
guest-start-module-is-given-by-frame-number-module := tests/guest/README.md
