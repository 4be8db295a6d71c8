guest-tests += fifo-set-up-refuses-bad-frames
