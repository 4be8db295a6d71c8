guest-tests += sched-real-time-budgets-hold
guest-sched-real-time-budgets-hold-cpus := 2
guest-sched-real-time-budgets-hold-timeout := 120
guest-sched-real-time-budgets-hold-qemu := -icount shift=4,sleep=off
guest-sched-real-time-budgets-hold-only := trestle Debian's build of the peer has no rtds
