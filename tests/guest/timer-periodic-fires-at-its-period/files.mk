guest-tests += timer-periodic-fires-at-its-period
