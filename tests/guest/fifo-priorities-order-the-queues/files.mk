guest-tests += fifo-priorities-order-the-queues
