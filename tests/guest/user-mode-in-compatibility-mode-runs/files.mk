guest-tests += user-mode-in-compatibility-mode-runs
