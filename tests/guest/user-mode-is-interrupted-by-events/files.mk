guest-tests += user-mode-is-interrupted-by-events
