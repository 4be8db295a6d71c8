guest-tests += mmu-update-va-mapping-refuses-bad-addresses
