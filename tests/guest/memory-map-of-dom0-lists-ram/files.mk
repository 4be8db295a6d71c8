guest-tests += memory-map-of-dom0-lists-ram
