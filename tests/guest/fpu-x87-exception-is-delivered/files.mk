guest-tests += fpu-x87-exception-is-delivered
