guest-tests += emulate-msr-accesses-by-policy
