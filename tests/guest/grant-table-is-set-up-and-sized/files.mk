guest-tests += grant-table-is-set-up-and-sized
