guest-tests += mmu-pin-as-another-level-is-refused
