guest-tests += mmu-pin-of-a-table-with-bad-content-is-refused
