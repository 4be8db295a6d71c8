guest-tests += trap-table-of-thousands-of-entries-is-taken
