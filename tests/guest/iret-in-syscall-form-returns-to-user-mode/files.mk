guest-tests += iret-in-syscall-form-returns-to-user-mode
