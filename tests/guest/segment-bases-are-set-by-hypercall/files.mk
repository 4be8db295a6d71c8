guest-tests += segment-bases-are-set-by-hypercall
