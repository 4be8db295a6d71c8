guest-tests += vcpu-runstate-area-of-other-tables-does-not-stop-the-machine
guest-vcpu-runstate-area-of-other-tables-does-not-stop-the-machine-hypervisor := dom0_max_vcpus=2
