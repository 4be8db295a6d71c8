guest-tests += vcpu-initialise-refuses-hostile-contexts
guest-vcpu-initialise-refuses-hostile-contexts-hypervisor := dom0_max_vcpus=2
