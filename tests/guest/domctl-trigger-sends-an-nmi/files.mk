guest-tests += domctl-trigger-sends-an-nmi
guest-domctl-trigger-sends-an-nmi-cpus := 2
