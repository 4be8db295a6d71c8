guest-tests += mmu-user-base-table-is-set-and-dropped
