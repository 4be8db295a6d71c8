guest-tests += hypercall-output-into-read-only-page-returns-efault
