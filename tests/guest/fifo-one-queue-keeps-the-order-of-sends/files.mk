guest-tests += fifo-one-queue-keeps-the-order-of-sends
