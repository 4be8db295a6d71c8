guest-tests += cpu-goes-off-and-comes-back-under-load
guest-cpu-goes-off-and-comes-back-under-load-cpus := 4
guest-cpu-goes-off-and-comes-back-under-load-timeout := 120
guest-cpu-goes-off-and-comes-back-under-load-accel := tcg,thread=multi
guest-cpu-goes-off-and-comes-back-under-load-only := trestle the peer sends a processor back to the first pool
