guest-tests += sched-domain-moves-between-pools
guest-sched-domain-moves-between-pools-cpus := 4
guest-sched-domain-moves-between-pools-timeout := 120
guest-sched-domain-moves-between-pools-qemu := -icount shift=4,sleep=off
