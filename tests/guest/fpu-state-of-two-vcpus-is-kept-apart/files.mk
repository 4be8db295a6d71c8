guest-tests += fpu-state-of-two-vcpus-is-kept-apart
guest-fpu-state-of-two-vcpus-is-kept-apart-hypervisor := dom0_max_vcpus=2
