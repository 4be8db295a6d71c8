guest-tests += fifo-queue-is-initialised-and-delivers
