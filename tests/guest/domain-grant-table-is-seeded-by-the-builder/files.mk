guest-tests += domain-grant-table-is-seeded-by-the-builder
guest-domain-grant-table-is-seeded-by-the-builder-cpus := 2
