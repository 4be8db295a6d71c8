/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: processors, nodes, memory and PCI functions of the machine. */
#include "abi/physdev.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hotplug.h"
#include "hv/hypercall.h"
#include "hv/pci.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "hv/time.h"
#include "sysctl.h"

#define ALL_NODES (-1)
#define PCI_ABSENT 0xffff

static void count_topology(struct xen_sysctl_physinfo *info)
{
	struct cpu_topology first, other;
	uint32_t nr_threads = 0, nr_in_socket = 0;

	arch_cpu_topology(0, &first);
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
		arch_cpu_topology(cpu, &other);
		if (other.socket != first.socket)
			continue;
		nr_in_socket++;
		nr_threads += other.core == first.core;
	}
	info->threads_per_core = nr_threads;
	info->cores_per_socket = nr_in_socket / nr_threads;
}

static void count_memory(struct xen_sysctl_physinfo *info)
{
	for (uint32_t i = 0; i < boot_information.nr_ranges; i++) {
		const struct boot_range *range = &boot_information.ranges[i];

		if (range->type != BOOT_RANGE_RAM)
			continue;
		info->total_pages += range->bytes >> PAGE_SHIFT;
		info->max_mfn = MAX(info->max_mfn,
				    ((range->start + range->bytes) >> PAGE_SHIFT) - 1);
	}
	info->free_pages = heap_nr_free_pages();
	info->scrub_pages = heap_nr_unwiped_pages();
	info->outstanding_pages = heap_nr_claimed_pages();
}

int64_t sysctl_physinfo(struct sysctl_call *call)
{
	struct xen_sysctl_physinfo *info = &call->op.u.physinfo;

	memset(info, 0, sizeof(*info));
	count_topology(info);
	count_memory(info);
	info->nr_cpus = (uint32_t)bitmap_weight(cpus_online.bits, NR_CPUS);
	info->max_cpu_id = nr_cpus - 1;
	info->nr_nodes = acpi_information.nr_nodes;
	info->max_node_id = acpi_information.nr_nodes - 1;
	info->cpu_khz = (uint32_t)time_tsc_khz();
	info->capabilities = XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_gnttab_v1 |
			     XEN_SYSCTL_PHYSCAP_gnttab_v2;
	arch_fill_physinfo(info);
	return 0;
}

int64_t sysctl_getcpuinfo(struct sysctl_call *call)
{
	struct xen_sysctl_getcpuinfo *get = &call->op.u.getcpuinfo;
	uint32_t nr = MIN(get->max_cpus, nr_cpus);

	for (uint32_t cpu = 0; cpu < nr; cpu++) {
		struct vcpu *idle = sched_idle_vcpu(cpu);
		struct xen_sysctl_cpuinfo info = {.idletime = idle ? vcpu_cpu_time_ns(idle) : 0};

		if (guest_copy_to_index(get->info, cpu, &info, sizeof(info)))
			return -EFAULT;
	}
	get->nr_cpus = nr;
	return 0;
}

/* Progress: the change has begun, so that to find it made is no error. */
static int64_t cpu_change(struct sysctl_call *call, int (*change)(unsigned int cpu))
{
	int rc = change(call->op.u.cpu_hotplug.cpu);

	if (rc == -EEXIST)
		return call->done ? 0 : -EINVAL;
	call->done = 1;
	return rc;
}

int64_t sysctl_cpu_hotplug(struct sysctl_call *call)
{
	switch (call->op.u.cpu_hotplug.op) {
	case XEN_SYSCTL_CPU_HOTPLUG_ONLINE:
		return cpu_change(call, hotplug_add_cpu);
	case XEN_SYSCTL_CPU_HOTPLUG_OFFLINE:
		return cpu_change(call, hotplug_remove_cpu);
	case XEN_SYSCTL_CPU_HOTPLUG_SMT_ENABLE:
		return hotplug_add_threads();
	case XEN_SYSCTL_CPU_HOTPLUG_SMT_DISABLE:
		return hotplug_remove_threads();
	default:
		return -EOPNOTSUPP;
	}
}

int64_t sysctl_availheap(struct sysctl_call *call)
{
	struct xen_sysctl_availheap *avail = &call->op.u.availheap;
	uint64_t nr_pages = 0;

	for (uint32_t node = 0; node < acpi_information.nr_nodes; node++)
		if (avail->node == ALL_NODES || avail->node == (int32_t)node)
			nr_pages += heap_nr_free_pages_width(node, avail->min_bitwidth,
							     avail->max_bitwidth);
	avail->avail_bytes = nr_pages << PAGE_SHIFT;
	return 0;
}

static void topology_fill(unsigned int cpu, struct xen_sysctl_cputopo *entry)
{
	struct cpu_topology topology;

	*entry = (struct xen_sysctl_cputopo){XEN_INVALID_CORE_ID, XEN_INVALID_SOCKET_ID,
					     XEN_INVALID_NODE_ID};
	if (!cpu_is_online(cpu))
		return;
	arch_cpu_topology(cpu, &topology);
	*entry = (struct xen_sysctl_cputopo){topology.core, topology.socket,
					     acpi_information.processors[cpu].node};
}

int64_t sysctl_cputopoinfo(struct sysctl_call *call)
{
	struct xen_sysctl_cputopoinfo *info = &call->op.u.cputopoinfo;
	uint32_t nr = info->cputopo ? MIN(info->num_cpus, nr_cpus) : 0;

	for (uint32_t cpu = 0; cpu < nr; cpu++) {
		struct xen_sysctl_cputopo entry;

		topology_fill(cpu, &entry);
		if (guest_copy_to_index(info->cputopo, cpu, &entry, sizeof(entry)))
			return -EFAULT;
	}
	info->num_cpus = nr_cpus;
	return 0;
}

/* Bytes of RAM that the firmware says are the node's. */
static uint64_t node_bytes(uint32_t node)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < acpi_information.nr_memory_ranges; i++)
		if (acpi_information.memory_ranges[i].node == node)
			bytes += acpi_information.memory_ranges[i].bytes;
	return acpi_information.nr_memory_ranges ? bytes : heap_nr_total_pages() << PAGE_SHIFT;
}

static int node_copy(const struct xen_sysctl_numainfo *info, uint32_t node)
{
	struct xen_sysctl_meminfo memory = {node_bytes(node), heap_nr_free_pages_node(node)
								      << PAGE_SHIFT};
	uint32_t nr_nodes = acpi_information.nr_nodes;

	if (info->meminfo && guest_copy_to_index(info->meminfo, node, &memory, sizeof(memory)))
		return -EFAULT;
	for (uint32_t to = 0; info->distance && to < nr_nodes; to++) {
		uint32_t distance = acpi_node_distance(node, to);

		if (to < info->num_nodes &&
		    guest_copy_to_index(info->distance, (uint64_t)node * nr_nodes + to, &distance,
					sizeof(distance)))
			return -EFAULT;
	}
	return 0;
}

int64_t sysctl_numainfo(struct sysctl_call *call)
{
	struct xen_sysctl_numainfo *info = &call->op.u.numainfo;
	uint32_t nr = MIN(info->num_nodes, acpi_information.nr_nodes);

	for (uint32_t node = 0; node < nr && (info->meminfo || info->distance); node++)
		if (node_copy(info, node))
			return -EFAULT;
	info->num_nodes = acpi_information.nr_nodes;
	return 0;
}

/* Devices are where the firmware's tables do not say: only whether something answers is known. */
static uint32_t device_node(const struct xen_physdev_pci_device *device)
{
	const struct pci_address address = {
		.bus = device->bus, .device = device->devfn >> 3, .function = device->devfn & 7};

	if (device->seg || pci_read(address, 0, 2) == PCI_ABSENT)
		return XEN_INVALID_DEV;
	return XEN_INVALID_NODE_ID;
}

int64_t sysctl_pcitopoinfo(struct sysctl_call *call)
{
	struct xen_sysctl_pcitopoinfo *info = &call->op.u.pcitopoinfo;

	while (call->done < MIN(info->num_devs, SYSCTL_MAX_PROGRESS)) {
		struct xen_physdev_pci_device device;
		uint32_t node;

		if (guest_copy_from_index(&device, info->devs, call->done, sizeof(device)))
			return -EFAULT;
		node = device_node(&device);
		if (guest_copy_to_index(info->nodes, call->done, &node, sizeof(node)))
			return -EFAULT;
		call->done++;
		if (hypercall_is_preempt_due() && call->done < info->num_devs)
			return -ERESTART;
	}
	info->num_devs = call->done;
	return 0;
}

/* Who keeps a frame that waits to go off. */
static uint32_t offline_reason(struct page *page)
{
	struct domain *d = page_get_owner(page);
	uint32_t reason = PG_OFFLINE_ANONYMOUS | (uint32_t)DOMID_INVALID << PG_OFFLINE_OWNER_SHIFT;

	if (d) {
		reason = PG_OFFLINE_OWNED | (uint32_t)d->id << PG_OFFLINE_OWNER_SHIFT;
		page_put(page);
	} else if (READ_ONCE(page->count_info) & PAGE_HYPERVISOR) {
		reason = PG_OFFLINE_XENPAGE | (uint32_t)DOMID_XEN << PG_OFFLINE_OWNER_SHIFT;
	}
	return reason;
}

static uint32_t page_take_off(struct page *page)
{
	int mark;

	/* Firmware's, devices', our image's: nobody will ever free it. */
	if (READ_ONCE(page->count_info) & PAGE_RESERVED)
		return PG_OFFLINE_FAILED | PG_OFFLINE_NOT_CONV_RAM;
	mark = heap_offline_page(page);
	if (mark < 0)
		return PG_OFFLINE_FAILED | PG_OFFLINE_AGAIN;
	return mark == HEAP_OFF ? PG_OFFLINE_OFFLINED : PG_OFFLINE_PENDING | offline_reason(page);
}

static uint32_t page_bring_on(struct page *page)
{
	return heap_online_page(page) ? PG_ONLINE_ONLINED : 0;
}

static uint32_t page_query(struct page *page)
{
	static const uint32_t statuses[] = {
		[HEAP_ON] = 0,
		[HEAP_PENDING] = PG_OFFLINE_STATUS_OFFLINE_PENDING,
		[HEAP_OFF] = PG_OFFLINE_STATUS_OFFLINED,
	};

	return statuses[heap_page_mark(page)];
}

/* Progress: frames. */
int64_t sysctl_page_offline_op(struct sysctl_call *call)
{
	static uint32_t (*const handlers[])(struct page * page) = {
		[sysctl_page_offline] = page_take_off,
		[sysctl_page_online] = page_bring_on,
		[sysctl_query_page_offline] = page_query,
	};
	const struct xen_sysctl_page_offline_op *op = &call->op.u.page_offline;

	if (op->cmd >= ARRAY_SIZE(handlers) || !handlers[op->cmd])
		return -EINVAL;
	if (op->end < op->start || op->end - op->start >= SYSCTL_MAX_PROGRESS)
		return -EINVAL;
	while (call->done <= op->end - op->start) {
		mfn_t mfn = mfn_from(op->start + (uint64_t)call->done);
		uint32_t status = PG_OFFLINE_INVALID;

		if (mfn_is_valid(mfn))
			status = handlers[index_clamp(op->cmd, ARRAY_SIZE(handlers))](
				mfn_to_page(mfn));
		if (guest_copy_to_index(op->status, call->done, &status, sizeof(status)))
			return -EFAULT;
		if (status == PG_OFFLINE_INVALID)
			return -EINVAL;
		call->done++;
		if (hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}
