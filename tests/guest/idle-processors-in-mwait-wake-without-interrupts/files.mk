guest-tests += idle-processors-in-mwait-wake-without-interrupts
guest-idle-processors-in-mwait-wake-without-interrupts-cpus := 2
guest-idle-processors-in-mwait-wake-without-interrupts-qemu := -cpu EPYC,+svm,+npt,-smap,-rdtscp,+monitor
guest-idle-processors-in-mwait-wake-without-interrupts-hypervisor := mwait-idle=force
