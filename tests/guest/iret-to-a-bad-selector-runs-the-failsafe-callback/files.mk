guest-tests += iret-to-a-bad-selector-runs-the-failsafe-callback
guest-iret-to-a-bad-selector-runs-the-failsafe-callback-hypervisor := dom0_max_vcpus=2
