guest-tests += start-dom0-mem-option-bounds-the-memory
guest-start-dom0-mem-option-bounds-the-memory-hypervisor := dom0_mem=64M,max:64M
