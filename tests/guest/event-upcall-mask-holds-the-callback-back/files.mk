guest-tests += event-upcall-mask-holds-the-callback-back
