sources-y += hypervisor/grant/operations.c
sources-y += hypervisor/grant/table.c
sources-y += hypervisor/grant/version.c
