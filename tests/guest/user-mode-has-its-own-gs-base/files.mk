guest-tests += user-mode-has-its-own-gs-base
