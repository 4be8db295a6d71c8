guest-tests += mmu-pin-twice-and-unpin-twice-are-refused
