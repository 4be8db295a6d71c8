guest-tests += domctl-virq-handler-hears-the-machine
guest-domctl-virq-handler-hears-the-machine-cpus := 2
