guest-tests += event-close-clears-nothing-that-is-new
