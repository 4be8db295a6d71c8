guest-tests += mmu-trapped-table-write-is-emulated
