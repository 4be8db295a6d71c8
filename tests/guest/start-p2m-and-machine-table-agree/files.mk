guest-tests += start-p2m-and-machine-table-agree
