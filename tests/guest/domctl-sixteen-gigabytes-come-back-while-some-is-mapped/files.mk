guest-tests += domctl-sixteen-gigabytes-come-back-while-some-is-mapped
# Sparse: the hypervisor only reads what is zero already, so the host backs some 300 MiB of it.
guest-domctl-sixteen-gigabytes-come-back-while-some-is-mapped-memory := 18432
guest-domctl-sixteen-gigabytes-come-back-while-some-is-mapped-timeout := 180
guest-domctl-sixteen-gigabytes-come-back-while-some-is-mapped-qemu := -icount shift=0,sleep=off -object memory-backend-ram,id=ram,size=18G,reserve=off -machine memory-backend=ram
guest-domctl-sixteen-gigabytes-come-back-while-some-is-mapped-hypervisor := dom0_mem=256M
guest-domctl-sixteen-gigabytes-come-back-while-some-is-mapped-only := trestle the peer wipes all of the memory, which the host would have to back
