guest-tests += multicall-entries-fail-one-by-one
