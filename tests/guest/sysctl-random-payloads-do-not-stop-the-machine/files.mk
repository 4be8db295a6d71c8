guest-tests += sysctl-random-payloads-do-not-stop-the-machine
guest-sysctl-random-payloads-do-not-stop-the-machine-cpus := 3
guest-sysctl-random-payloads-do-not-stop-the-machine-timeout := 120
guest-sysctl-random-payloads-do-not-stop-the-machine-only := trestle the peer's pools are left in states that take other calls to leave
