guest-tests += hypercall-at-the-end-of-user-space-returns-safely
