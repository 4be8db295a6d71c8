guest-tests += multicall-inside-multicall-is-refused
