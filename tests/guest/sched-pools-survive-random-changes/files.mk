guest-tests += sched-pools-survive-random-changes
guest-sched-pools-survive-random-changes-cpus := 4
guest-sched-pools-survive-random-changes-timeout := 240
guest-sched-pools-survive-random-changes-accel := tcg,thread=multi
guest-sched-pools-survive-random-changes-only := trestle Debian's build of the peer has no rtds
