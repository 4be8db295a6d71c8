guest-tests += trap-exceptions-of-the-kernel-are-delivered
