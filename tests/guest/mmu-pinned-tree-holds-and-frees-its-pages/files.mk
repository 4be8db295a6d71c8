guest-tests += mmu-pinned-tree-holds-and-frees-its-pages
