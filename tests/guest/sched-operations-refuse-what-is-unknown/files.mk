guest-tests += sched-operations-refuse-what-is-unknown
