guest-tests += vcpu-flush-reaches-the-other-vcpu
guest-vcpu-flush-reaches-the-other-vcpu-cpus := 2
