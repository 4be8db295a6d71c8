guest-tests += user-mode-fast-entries-are-safe
