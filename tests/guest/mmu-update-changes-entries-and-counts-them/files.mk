guest-tests += mmu-update-changes-entries-and-counts-them
