guest-tests += mmu-linear-page-table-does-not-leak-the-hypervisor
