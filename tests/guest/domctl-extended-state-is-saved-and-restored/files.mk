guest-tests += domctl-extended-state-is-saved-and-restored
guest-domctl-extended-state-is-saved-and-restored-cpus := 2
