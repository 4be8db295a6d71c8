guest-tests += cpu-that-was-left-off-at-start-comes
guest-cpu-that-was-left-off-at-start-comes-cpus := 4
guest-cpu-that-was-left-off-at-start-comes-hypervisor := maxcpus=2
guest-cpu-that-was-left-off-at-start-comes-accel := tcg,thread=multi
guest-cpu-that-was-left-off-at-start-comes-only := trestle the peer has less time for a processor that is emulated
