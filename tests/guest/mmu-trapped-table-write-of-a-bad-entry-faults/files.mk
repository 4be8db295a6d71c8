guest-tests += mmu-trapped-table-write-of-a-bad-entry-faults
