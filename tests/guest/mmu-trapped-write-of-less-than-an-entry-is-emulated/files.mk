guest-tests += mmu-trapped-write-of-less-than-an-entry-is-emulated
