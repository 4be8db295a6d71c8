guest-tests += mmu-page-table-cannot-be-mapped-writable
