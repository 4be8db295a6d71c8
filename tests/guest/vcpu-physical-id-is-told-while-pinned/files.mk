guest-tests += vcpu-physical-id-is-told-while-pinned
guest-vcpu-physical-id-is-told-while-pinned-cpus := 2
