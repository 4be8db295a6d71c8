guest-tests += domctl-shutdown-is-told-and-resumed
guest-domctl-shutdown-is-told-and-resumed-cpus := 2
