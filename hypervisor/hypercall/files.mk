sources-y += hypervisor/hypercall/dispatch.c
sources-y += hypervisor/hypercall/version.c
sources-y += hypervisor/hypercall/console_io.c
sources-y += hypervisor/hypercall/memory_op.c
sources-y += hypervisor/hypercall/memory_exchange.c
sources-y += hypervisor/hypercall/memory_info.c
sources-y += hypervisor/hypercall/memory_resource.c
sources-y += hypervisor/hypercall/domain_info.c
