guest-tests += user-mode-calls-the-kernel-by-syscall
