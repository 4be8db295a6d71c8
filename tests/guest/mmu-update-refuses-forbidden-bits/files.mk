guest-tests += mmu-update-refuses-forbidden-bits
