sources-y += hypervisor/hypercall/dispatch.c
