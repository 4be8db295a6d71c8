guest-tests += vcpu-second-one-comes-up-and-goes-down
guest-vcpu-second-one-comes-up-and-goes-down-cpus := 2
