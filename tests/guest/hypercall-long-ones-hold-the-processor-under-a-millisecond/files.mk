guest-tests += hypercall-long-ones-hold-the-processor-under-a-millisecond
guest-hypercall-long-ones-hold-the-processor-under-a-millisecond-memory := 2560
guest-hypercall-long-ones-hold-the-processor-under-a-millisecond-timeout := 120
guest-hypercall-long-ones-hold-the-processor-under-a-millisecond-qemu := -icount shift=0,sleep=off
guest-hypercall-long-ones-hold-the-processor-under-a-millisecond-hypervisor := dom0_mem=400M,max:2G
