guest-tests += debug-registers-are-set-and-hit
