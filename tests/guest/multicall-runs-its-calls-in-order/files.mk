guest-tests += multicall-runs-its-calls-in-order
