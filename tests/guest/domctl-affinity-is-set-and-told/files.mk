guest-tests += domctl-affinity-is-set-and-told
guest-domctl-affinity-is-set-and-told-cpus := 2
