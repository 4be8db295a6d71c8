guest-tests += iret-returns-to-the-kernel-with-all-registers
