guest-tests += hypercall-pointer-to-nowhere-returns-efault
