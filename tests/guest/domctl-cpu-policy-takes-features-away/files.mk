guest-tests += domctl-cpu-policy-takes-features-away
