guest-tests += sched-domain-moves-between-pools
guest-sched-domain-moves-between-pools-cpus := 4
guest-sched-domain-moves-between-pools-timeout := 120
guest-sched-domain-moves-between-pools-qemu := -icount shift=4,sleep=off
guest-sched-domain-moves-between-pools-only := trestle the peer asks for another try and has no rtds
