guest-tests += emulate-tsc-aux-is-each-vcpus-own
guest-emulate-tsc-aux-is-each-vcpus-own-hypervisor := dom0_max_vcpus=2
guest-emulate-tsc-aux-is-each-vcpus-own-qemu := -cpu max
