guest-tests += fpu-state-is-given-to-a-new-vcpu-while-ours-traps
guest-fpu-state-is-given-to-a-new-vcpu-while-ours-traps-hypervisor := dom0_max_vcpus=2
