guest-tests += domctl-bad-configurations-are-refused
