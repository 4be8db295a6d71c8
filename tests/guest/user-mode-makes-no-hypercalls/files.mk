guest-tests += user-mode-makes-no-hypercalls
