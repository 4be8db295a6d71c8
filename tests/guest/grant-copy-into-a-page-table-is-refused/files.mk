guest-tests += grant-copy-into-a-page-table-is-refused
