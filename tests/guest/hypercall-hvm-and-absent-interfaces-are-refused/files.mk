guest-tests += hypercall-hvm-and-absent-interfaces-are-refused
