guest-tests += hypercall-machine-check-is-answered-or-refused
