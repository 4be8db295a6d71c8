guest-tests += trace-records-are-left-in-the-rings
guest-trace-records-are-left-in-the-rings-cpus := 2
