guest-tests += multicall-of-many-long-calls-is-continued
