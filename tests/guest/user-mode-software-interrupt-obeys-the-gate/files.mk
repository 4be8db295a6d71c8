guest-tests += user-mode-software-interrupt-obeys-the-gate
