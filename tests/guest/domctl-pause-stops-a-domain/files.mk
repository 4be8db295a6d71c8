guest-tests += domctl-pause-stops-a-domain
guest-domctl-pause-stops-a-domain-cpus := 2
