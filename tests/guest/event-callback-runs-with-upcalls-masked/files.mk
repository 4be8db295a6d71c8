guest-tests += event-callback-runs-with-upcalls-masked
