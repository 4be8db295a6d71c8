sources-y += hypervisor/hypercall/dispatch.c
sources-y += hypervisor/hypercall/version.c
