/* SPDX-License-Identifier: GPL-2.0-or-later */
/* physdev_op: interrupts, I/O privilege and PCI functions, as the hardware domain's drivers ask for them. */
#include "abi/physdev.h"

#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/irq.h"
#include "irq_desc.h"
#include "pci_functions.h"
#include "pirq.h"

#define IOPL_MAX 3
#define IOPL_SHIFT 12
#define NR_PORTS 65536
#define NR_ROWS (PHYSDEVOP_release_msix + 1)
#define OPERATION_BYTES_MAX 64
#define PCI_SEGMENT_SHIFT 16

/* A copied argument of any operation. */
union physdev_argument {
	struct xen_physdev_eoi eoi;
	struct xen_physdev_pirq_eoi_gmfn eoi_gmfn;
	struct xen_physdev_irq_status_query status;
	struct xen_physdev_set_iopl set_iopl;
	struct xen_physdev_set_iobitmap set_iobitmap;
	struct xen_physdev_apic apic;
	struct xen_physdev_irq irq;
	struct xen_physdev_map_pirq map;
	struct xen_physdev_unmap_pirq unmap;
	struct xen_physdev_setup_gsi setup_gsi;
	struct xen_physdev_get_free_pirq free_pirq;
	struct xen_physdev_pci_mmcfg_reserved mmcfg;
	struct xen_physdev_pci_device device;
	struct xen_physdev_manage_pci manage;
	struct xen_physdev_restore_msi restore;
	struct xen_physdev_manage_pci_ext manage_ext;
	struct xen_physdev_dbgp_op dbgp;
	uint8_t bytes[OPERATION_BYTES_MAX];
};

static int64_t physdev_eoi(struct domain *d, union physdev_argument *a)
{
	if (a->eoi.irq >= pirq_nr(d))
		return -EINVAL;
	pirq_eoi(d, a->eoi.irq);
	if (READ_ONCE(d->arch.pirq_eoi_unmasks))
		event_unmask_pirq(d, a->eoi.irq);
	return 0;
}

/* One page of bits that says which pirqs want an EOI; set once, kept for the domain's life. */
static int64_t physdev_eoi_map(struct domain *d, union physdev_argument *a)
{
	mfn_t mfn = mfn_from(a->eoi_gmfn.gmfn);
	uint64_t *map = NULL;

	if (!mfn_is_valid(mfn) || page_get_and_type(mfn_to_page(mfn), d, PAGE_TYPE_WRITABLE))
		return -EINVAL;
	if (!__atomic_compare_exchange_n(&d->arch.pirq_eoi_map, &map, mfn_to_virt(mfn), false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
		page_put_and_type(mfn_to_page(mfn));
		return -EBUSY;
	}
	d->arch.pirq_eoi_map_mfn = mfn;
	for (uint32_t pirq = 0; pirq < pirq_nr(d); pirq++)
		pirq_mark_eoi(d, pirq, pirq_needs_eoi(d, pirq));
	return 0;
}

/* The same for kernels that leave it to the EOI to unmask the port. */
static int64_t physdev_eoi_map_and_unmask(struct domain *d, union physdev_argument *a)
{
	int64_t error = physdev_eoi_map(d, a);

	if (!error)
		WRITE_ONCE(d->arch.pirq_eoi_unmasks, true);
	return error;
}

static int64_t physdev_status(struct domain *d, union physdev_argument *a)
{
	if (a->status.irq >= pirq_nr(d))
		return -EINVAL;
	a->status.flags = pirq_needs_eoi(d, a->status.irq) ? XENIRQSTAT_needs_eoi : 0;
	return 0;
}

static int64_t physdev_set_iopl(struct domain *d, union physdev_argument *a)
{
	(void)d;
	if (a->set_iopl.iopl > IOPL_MAX)
		return -EINVAL;
	current_vcpu()->arch.pv.iopl = a->set_iopl.iopl << IOPL_SHIFT;
	return 0;
}

static int64_t physdev_set_iobitmap(struct domain *d, union physdev_argument *a)
{
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;

	(void)d;
	if (a->set_iobitmap.nr_ports > NR_PORTS)
		return -EINVAL;
	pv->iobitmap_guest = a->set_iobitmap.bitmap;
	pv->iobitmap_nr_ports = a->set_iobitmap.nr_ports;
	return 0;
}

static int64_t physdev_apic_read(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return ioapic_register_read(a->apic.apic_physbase, a->apic.reg, &a->apic.value);
}

/* Vectors are ours to choose; old kernels only want to hear that the line may be used. */
static int64_t physdev_alloc_vector(struct domain *d, union physdev_argument *a)
{
	if (a->irq.irq >= pirq_nr(d))
		return -EINVAL;
	a->irq.vector = a->irq.irq;
	return 0;
}

/* Whose interrupts: only one's own, as passing them through needs an IOMMU. */
static int64_t target_check(const struct domain *d, domid_t id)
{
	struct domain *target = domain_get_by_id_or_self(id);
	bool is_own = target == d;

	if (!target)
		return -ESRCH;
	domain_put(target);
	return is_own ? 0 : -EOPNOTSUPP;
}

static int64_t map_message(struct domain *d, struct xen_physdev_map_pirq *map)
{
	struct pirq_message message = {
		.address =
			{
				.segment = map->type == MAP_PIRQ_TYPE_MSI
						   ? 0
						   : (uint16_t)((uint32_t)map->bus >>
								PCI_SEGMENT_SHIFT),
				.bus = (uint8_t)map->bus,
				.device = (uint8_t)(map->devfn >> 3 & 0x1f),
				.function = (uint8_t)(map->devfn & 7),
			},
		.is_msix = map->table_base != 0,
		.entry = (uint32_t)map->entry_nr,
	};
	uint32_t pirq;
	int error = pirq_map_message(d, &message, &pirq);

	if (!error)
		map->pirq = (int32_t)pirq;
	return error;
}

static int64_t map_line(struct domain *d, struct xen_physdev_map_pirq *map)
{
	uint32_t pirq;
	int error;

	if (map->index < 0)
		return -EINVAL;
	error = pirq_map_line(d, (uint32_t)map->index, map->pirq, &pirq);
	if (!error)
		map->pirq = (int32_t)pirq;
	return error;
}

static int64_t physdev_map_pirq(struct domain *d, union physdev_argument *a)
{
	int64_t error = target_check(d, a->map.domid);

	if (error)
		return error;
	switch (a->map.type) {
	case MAP_PIRQ_TYPE_GSI:
		return map_line(d, &a->map);
	case MAP_PIRQ_TYPE_MSI:
	case MAP_PIRQ_TYPE_MSI_SEG:
		return map_message(d, &a->map);
	case MAP_PIRQ_TYPE_MULTI_MSI:
		if (a->map.entry_nr > 1)
			return -EOPNOTSUPP;
		return map_message(d, &a->map);
	default:
		return -EINVAL;
	}
}

static int64_t physdev_unmap_pirq(struct domain *d, union physdev_argument *a)
{
	int64_t error = target_check(d, a->unmap.domid);

	if (error)
		return error;
	return a->unmap.pirq < 0 ? -EINVAL : pirq_unmap(d, (uint32_t)a->unmap.pirq);
}

static int64_t physdev_setup_gsi(struct domain *d, union physdev_argument *a)
{
	(void)d;
	if (a->setup_gsi.gsi < 0)
		return -EINVAL;
	return pirq_set_up_line((uint32_t)a->setup_gsi.gsi, a->setup_gsi.triggering,
				a->setup_gsi.polarity);
}

static int64_t physdev_free_pirq(struct domain *d, union physdev_argument *a)
{
	for (uint32_t pirq = irq_nr_gsis; pirq < pirq_nr(d); pirq++)
		if (!pirq_is_mapped(d, pirq)) {
			a->free_pirq.pirq = pirq;
			return 0;
		}
	return -ENOSPC;
}

static struct pci_address function_make(uint16_t segment, uint8_t bus, uint8_t devfn)
{
	return (struct pci_address){
		.segment = segment,
		.bus = bus,
		.device = devfn >> 3,
		.function = devfn & 7,
	};
}

static struct pci_address function_of(const union physdev_argument *a)
{
	return function_make(a->device.seg, a->device.bus, a->device.devfn);
}

static int64_t physdev_restore_msi(struct domain *d, union physdev_argument *a)
{
	return pirq_restore_messages(d, function_make(0, a->restore.bus, a->restore.devfn));
}

static int64_t physdev_restore_msi_ext(struct domain *d, union physdev_argument *a)
{
	return pirq_restore_messages(d, function_of(a));
}

static int64_t physdev_function_add(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_add(function_of(a));
}

static int64_t physdev_function_remove(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_remove(function_of(a));
}

/* The forms of before there were segments; what more the extended one tells isn't needed. */
static int64_t physdev_manage_add(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_add(function_make(0, a->manage.bus, a->manage.devfn));
}

static int64_t physdev_manage_remove(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_remove(function_make(0, a->manage.bus, a->manage.devfn));
}

static int64_t physdev_prepare_msix(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_prepare_msix(function_of(a), true);
}

static int64_t physdev_release_msix(struct domain *d, union physdev_argument *a)
{
	(void)d;
	return pci_functions_prepare_msix(function_of(a), false);
}

/* No console of ours is on a debug port: a reset of its controller needs nothing. */
static int64_t physdev_debug_port(struct domain *d, union physdev_argument *a)
{
	(void)d;
	if (a->dbgp.op != PHYSDEVOP_DBGP_RESET_PREPARE && a->dbgp.op != PHYSDEVOP_DBGP_RESET_DONE)
		return -EINVAL;
	return a->dbgp.bus > PHYSDEVOP_DBGP_BUS_PCI ? -EINVAL : 0;
}

/* Configuration space is read by ports, so where it is mapped is not needed. */
static int64_t physdev_acknowledge(struct domain *d, union physdev_argument *a)
{
	(void)d;
	(void)a;
	return 0;
}

#define ROW(type_bytes, back, who, function)                                       \
	{                                                                          \
		.bytes = (type_bytes), .copies_back = (back), .permission = (who), \
		.handler = (function)                                              \
	}
#define REFUSED(errno)            \
	{                         \
		.error = -(errno) \
	}

static const struct physdev_row {
	uint16_t bytes;
	bool copies_back;
	enum permission permission;
	int64_t (*handler)(struct domain *d, union physdev_argument *a);
	int error; /* without a handler; 0: no such operation */
} physdev_rows[NR_ROWS] = {
	[PHYSDEVOP_eoi] = ROW(sizeof(struct xen_physdev_eoi), false, ALLOW_ANY, physdev_eoi),
	[PHYSDEVOP_pirq_eoi_gmfn_v2] = ROW(sizeof(struct xen_physdev_pirq_eoi_gmfn), false,
					   ALLOW_ANY, physdev_eoi_map),
	[PHYSDEVOP_pirq_eoi_gmfn_v1] = ROW(sizeof(struct xen_physdev_pirq_eoi_gmfn), false,
					   ALLOW_ANY, physdev_eoi_map_and_unmask),
	[PHYSDEVOP_irq_status_query] = ROW(sizeof(struct xen_physdev_irq_status_query), true,
					   ALLOW_ANY, physdev_status),
	[PHYSDEVOP_set_iopl] = ROW(sizeof(struct xen_physdev_set_iopl), false, ALLOW_ANY,
				   physdev_set_iopl),
	[PHYSDEVOP_set_iobitmap] = ROW(sizeof(struct xen_physdev_set_iobitmap), false, ALLOW_ANY,
				       physdev_set_iobitmap),
	[PHYSDEVOP_apic_read] = ROW(sizeof(struct xen_physdev_apic), true, ALLOW_HARDWARE,
				    physdev_apic_read),
	[PHYSDEVOP_alloc_irq_vector] = ROW(sizeof(struct xen_physdev_irq), true, ALLOW_HARDWARE,
					   physdev_alloc_vector),
	[PHYSDEVOP_map_pirq] = ROW(sizeof(struct xen_physdev_map_pirq), true, ALLOW_HARDWARE,
				   physdev_map_pirq),
	[PHYSDEVOP_unmap_pirq] = ROW(sizeof(struct xen_physdev_unmap_pirq), false, ALLOW_HARDWARE,
				     physdev_unmap_pirq),
	[PHYSDEVOP_setup_gsi] = ROW(sizeof(struct xen_physdev_setup_gsi), false, ALLOW_HARDWARE,
				    physdev_setup_gsi),
	[PHYSDEVOP_get_free_pirq] = ROW(sizeof(struct xen_physdev_get_free_pirq), true, ALLOW_ANY,
					physdev_free_pirq),
	[PHYSDEVOP_pci_mmcfg_reserved] = ROW(sizeof(struct xen_physdev_pci_mmcfg_reserved), false,
					     ALLOW_HARDWARE, physdev_acknowledge),
	[PHYSDEVOP_pci_device_add] = ROW(8, false, ALLOW_HARDWARE, physdev_function_add),
	[PHYSDEVOP_pci_device_remove] = ROW(sizeof(struct xen_physdev_pci_device), false,
					    ALLOW_HARDWARE, physdev_function_remove),
	[PHYSDEVOP_manage_pci_add] = ROW(sizeof(struct xen_physdev_manage_pci), false,
					 ALLOW_HARDWARE, physdev_manage_add),
	[PHYSDEVOP_restore_msi] = ROW(sizeof(struct xen_physdev_restore_msi), false, ALLOW_HARDWARE,
				      physdev_restore_msi),
	[PHYSDEVOP_restore_msi_ext] = ROW(sizeof(struct xen_physdev_pci_device), false,
					  ALLOW_HARDWARE, physdev_restore_msi_ext),
	[PHYSDEVOP_manage_pci_add_ext] = ROW(sizeof(struct xen_physdev_manage_pci_ext), false,
					     ALLOW_HARDWARE, physdev_manage_add),
	[PHYSDEVOP_manage_pci_remove] = ROW(sizeof(struct xen_physdev_manage_pci), false,
					    ALLOW_HARDWARE, physdev_manage_remove),
	[PHYSDEVOP_dbgp_op] = ROW(sizeof(struct xen_physdev_dbgp_op), false, ALLOW_HARDWARE,
				  physdev_debug_port),
	[PHYSDEVOP_prepare_msix] = ROW(sizeof(struct xen_physdev_pci_device), false, ALLOW_HARDWARE,
				       physdev_prepare_msix),
	[PHYSDEVOP_release_msix] = ROW(sizeof(struct xen_physdev_pci_device), false, ALLOW_HARDWARE,
				       physdev_release_msix),
	[PHYSDEVOP_IRQ_UNMASK_NOTIFY] = REFUSED(ENOSYS),
	[PHYSDEVOP_apic_write] = REFUSED(ENOSYS), /* the IOAPICs are ours: PHYSDEVOP_setup_gsi */
	[PHYSDEVOP_free_irq_vector] = REFUSED(ENOSYS),
};

int64_t hypercall_physdev_op(uint64_t command, uint64_t argument)
{
	union physdev_argument a = {.bytes = {0}};
	const struct physdev_row *row;
	int64_t result;

	command = (uint32_t)command; /* the ABI's width */
	if (command >= NR_ROWS)
		return -ENOSYS;
	row = &physdev_rows[command];
	if (!row->handler)
		return row->error ? row->error : -ENOSYS;
	if (permission_check(row->permission))
		return -EPERM;
	if (guest_copy_from(&a, argument, row->bytes))
		return -EFAULT;
	result = row->handler(current_vcpu()->domain, &a);
	if (!result && row->copies_back && guest_copy_to(argument, &a, row->bytes))
		return -EFAULT;
	return result;
}

/* The old form: command and argument in one structure. */
int64_t hypercall_physdev_op_compat(uint64_t argument)
{
	uint32_t command;

	if (guest_copy_from(&command, argument, sizeof(command)))
		return -EFAULT;
	switch (command) {
	case PHYSDEVOP_irq_status_query:
	case PHYSDEVOP_set_iopl:
	case PHYSDEVOP_set_iobitmap:
	case PHYSDEVOP_apic_read:
	case PHYSDEVOP_apic_write:
	case PHYSDEVOP_alloc_irq_vector:
		return hypercall_physdev_op(command, argument + offsetof(struct xen_physdev_op, u));
	default:
		return -ENOSYS;
	}
}
