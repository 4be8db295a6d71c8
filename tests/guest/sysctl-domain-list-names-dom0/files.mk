guest-tests += sysctl-domain-list-names-dom0
guest-sysctl-domain-list-names-dom0-cpus := 2
