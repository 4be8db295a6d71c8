sources-y += hypervisor/grant/copy.c
sources-y += hypervisor/grant/entry.c
sources-y += hypervisor/grant/map.c
sources-y += hypervisor/grant/operations.c
sources-y += hypervisor/grant/table.c
sources-y += hypervisor/grant/tracking.c
sources-y += hypervisor/grant/transfer.c
sources-y += hypervisor/grant/version.c
