guest-tests += mmu-base-table-is-switched-by-new-baseptr
