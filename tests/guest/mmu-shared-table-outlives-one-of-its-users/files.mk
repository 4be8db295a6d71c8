guest-tests += mmu-shared-table-outlives-one-of-its-users
