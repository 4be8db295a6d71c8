sources-y += hypervisor/hypercall/dispatch.c
sources-y += hypervisor/hypercall/version.c
sources-y += hypervisor/hypercall/console_io.c
