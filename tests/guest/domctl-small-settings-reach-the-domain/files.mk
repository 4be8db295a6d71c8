guest-tests += domctl-small-settings-reach-the-domain
guest-domctl-small-settings-reach-the-domain-cpus := 2
