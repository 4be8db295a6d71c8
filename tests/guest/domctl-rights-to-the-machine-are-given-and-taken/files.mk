guest-tests += domctl-rights-to-the-machine-are-given-and-taken
guest-domctl-rights-to-the-machine-are-given-and-taken-cpus := 2
