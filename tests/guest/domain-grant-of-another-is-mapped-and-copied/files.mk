guest-tests += domain-grant-of-another-is-mapped-and-copied
guest-domain-grant-of-another-is-mapped-and-copied-cpus := 2
