guest-tests += sched-sleeper-wakes-beside-busy-ones
guest-sched-sleeper-wakes-beside-busy-ones-cpus := 1
guest-sched-sleeper-wakes-beside-busy-ones-timeout := 120
guest-sched-sleeper-wakes-beside-busy-ones-qemu := -icount shift=4,sleep=off
guest-sched-sleeper-wakes-beside-busy-ones-peer-differs := the peer's default policy lets it wait for up to 10 ms
