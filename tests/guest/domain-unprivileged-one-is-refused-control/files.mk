guest-tests += domain-unprivileged-one-is-refused-control
guest-domain-unprivileged-one-is-refused-control-cpus := 2
