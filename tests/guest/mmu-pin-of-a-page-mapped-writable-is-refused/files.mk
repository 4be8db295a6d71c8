guest-tests += mmu-pin-of-a-page-mapped-writable-is-refused
