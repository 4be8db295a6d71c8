guest-tests += memory-two-processors-free-one-page-once
guest-memory-two-processors-free-one-page-once-cpus := 2
guest-memory-two-processors-free-one-page-once-accel := tcg,thread=multi
