guest-tests += sysctl-performance-counters-count
guest-sysctl-performance-counters-count-cpus := 2
guest-sysctl-performance-counters-count-only := trestle the peer's release build has none
