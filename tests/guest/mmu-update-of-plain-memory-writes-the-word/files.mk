guest-tests += mmu-update-of-plain-memory-writes-the-word
