guest-tests += mmu-pin-l1-as-l2-with-content-is-refused
