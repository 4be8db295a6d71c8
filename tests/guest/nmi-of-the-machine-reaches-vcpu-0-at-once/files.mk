guest-tests += nmi-of-the-machine-reaches-vcpu-0-at-once
guest-nmi-of-the-machine-reaches-vcpu-0-at-once-qemu := -device ib700 -action watchdog=inject-nmi -icount shift=4,sleep=off
guest-nmi-of-the-machine-reaches-vcpu-0-at-once-hypervisor := loglvl=error
