guest-tests += trap-table-refuses-bad-handlers
