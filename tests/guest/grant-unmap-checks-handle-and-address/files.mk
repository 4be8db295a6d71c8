guest-tests += grant-unmap-checks-handle-and-address
