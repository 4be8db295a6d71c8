guest-tests += user-mode-in-compatibility-mode-calls-by-syscall
