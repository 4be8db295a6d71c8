guest-tests += mmu-hypervisor-memory-is-out-of-reach
