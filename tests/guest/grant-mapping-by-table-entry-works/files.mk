guest-tests += grant-mapping-by-table-entry-works
