guest-tests += mmu-two-processors-fight-over-one-page
guest-mmu-two-processors-fight-over-one-page-cpus := 2
guest-mmu-two-processors-fight-over-one-page-accel := tcg,thread=multi
