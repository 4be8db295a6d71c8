guest-tests += timer-singleshot-fires-once-and-stops
