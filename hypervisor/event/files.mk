sources-y += hypervisor/event/bind.c
sources-y += hypervisor/event/close.c
sources-y += hypervisor/event/fifo.c
sources-y += hypervisor/event/operations.c
sources-y += hypervisor/event/send.c
sources-y += hypervisor/event/table.c
sources-y += hypervisor/event/virq.c
