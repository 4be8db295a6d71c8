guest-tests += mmu-hypervisor-slots-of-a-base-table-are-kept
