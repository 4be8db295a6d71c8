guest-tests += start-module-is-mapped-behind-the-kernel
guest-start-module-is-mapped-behind-the-kernel-module := tests/guest/README.md
