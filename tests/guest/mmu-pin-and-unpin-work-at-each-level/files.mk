guest-tests += mmu-pin-and-unpin-work-at-each-level
