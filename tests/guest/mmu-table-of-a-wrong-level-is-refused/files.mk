guest-tests += mmu-table-of-a-wrong-level-is-refused
