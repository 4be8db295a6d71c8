guest-tests += domctl-long-ones-hold-the-processor-under-a-millisecond
guest-domctl-long-ones-hold-the-processor-under-a-millisecond-memory := 2560
guest-domctl-long-ones-hold-the-processor-under-a-millisecond-timeout := 120
guest-domctl-long-ones-hold-the-processor-under-a-millisecond-qemu := -icount shift=0,sleep=off
guest-domctl-long-ones-hold-the-processor-under-a-millisecond-hypervisor := dom0_mem=400M
