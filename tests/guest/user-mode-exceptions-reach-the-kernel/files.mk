guest-tests += user-mode-exceptions-reach-the-kernel
