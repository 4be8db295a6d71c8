guest-tests += mmu-update-sets-the-machine-to-physical-table
