guest-tests += mmu-linear-page-table-is-read-only
