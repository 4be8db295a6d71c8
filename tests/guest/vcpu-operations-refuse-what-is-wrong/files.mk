guest-tests += vcpu-operations-refuse-what-is-wrong
guest-vcpu-operations-refuse-what-is-wrong-cpus := 2
