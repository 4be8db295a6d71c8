guest-tests += timer-set-timer-op-fires-the-timer-virq
