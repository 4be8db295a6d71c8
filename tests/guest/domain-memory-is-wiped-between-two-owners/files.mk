guest-tests += domain-memory-is-wiped-between-two-owners
guest-domain-memory-is-wiped-between-two-owners-cpus := 2
