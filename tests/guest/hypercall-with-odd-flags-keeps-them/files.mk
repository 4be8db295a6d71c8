guest-tests += hypercall-with-odd-flags-keeps-them
