guest-tests += mmu-update-refuses-frames-that-are-not-ours
