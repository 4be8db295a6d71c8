guest-tests += hypercall-unknown-number-returns-enosys
