guest-tests += event-compat-hypercall-is-answered-or-refused
