guest-tests += mmu-update-of-thousands-of-entries-completes
