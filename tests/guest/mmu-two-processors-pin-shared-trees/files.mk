guest-tests += mmu-two-processors-pin-shared-trees
guest-mmu-two-processors-pin-shared-trees-cpus := 2
guest-mmu-two-processors-pin-shared-trees-accel := tcg,thread=multi
