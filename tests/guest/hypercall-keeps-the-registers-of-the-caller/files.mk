guest-tests += hypercall-keeps-the-registers-of-the-caller
