guest-tests += sched-cpu-pools-change-under-running-vcpus
guest-sched-cpu-pools-change-under-running-vcpus-cpus := 4
guest-sched-cpu-pools-change-under-running-vcpus-only := trestle the peer's answers to misuse differ in number
guest-sched-cpu-pools-change-under-running-vcpus-accel := tcg,thread=multi
