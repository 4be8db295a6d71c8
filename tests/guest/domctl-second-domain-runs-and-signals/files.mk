guest-tests += domctl-second-domain-runs-and-signals
guest-domctl-second-domain-runs-and-signals-cpus := 2
