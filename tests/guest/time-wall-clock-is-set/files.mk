guest-tests += time-wall-clock-is-set
