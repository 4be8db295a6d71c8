guest-tests += domctl-context-is-read-back
guest-domctl-context-is-read-back-cpus := 2
