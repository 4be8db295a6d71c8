guest-tests += sched-cap-holds
guest-sched-cap-holds-cpus := 1
guest-sched-cap-holds-timeout := 120
guest-sched-cap-holds-qemu := -icount shift=4,sleep=off
guest-sched-cap-holds-only := trestle the peer's default policy is another
