guest-tests += domain-events-between-two-unprivileged-ones
guest-domain-events-between-two-unprivileged-ones-cpus := 2
