guest-tests += mmu-frames-of-nobody-cannot-be-mapped
