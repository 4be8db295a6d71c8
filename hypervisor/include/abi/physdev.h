/* SPDX-License-Identifier: MIT */
/*
 * physdev_op: what a domain with hardware does: interrupt routes, I/O privilege, the IOAPIC, PCI
 * devices and their configuration space.
 */
#ifndef ABI_PHYSDEV_H
#define ABI_PHYSDEV_H

#include "abi/xen.h"

#define PHYSDEVOP_IRQ_UNMASK_NOTIFY 4
#define PHYSDEVOP_irq_status_query 5
#define PHYSDEVOP_set_iopl 6
#define PHYSDEVOP_set_iobitmap 7
#define PHYSDEVOP_apic_read 8
#define PHYSDEVOP_apic_write 9
#define PHYSDEVOP_alloc_irq_vector 10
#define PHYSDEVOP_free_irq_vector 11
#define PHYSDEVOP_eoi 12
#define PHYSDEVOP_map_pirq 13
#define PHYSDEVOP_unmap_pirq 14
#define PHYSDEVOP_manage_pci_add 15
#define PHYSDEVOP_manage_pci_remove 16
#define PHYSDEVOP_pirq_eoi_gmfn_v1 17
#define PHYSDEVOP_restore_msi 19
#define PHYSDEVOP_manage_pci_add_ext 20
#define PHYSDEVOP_setup_gsi 21
#define PHYSDEVOP_get_free_pirq 23
#define PHYSDEVOP_pci_mmcfg_reserved 24
#define PHYSDEVOP_pci_device_add 25
#define PHYSDEVOP_pci_device_remove 26
#define PHYSDEVOP_restore_msi_ext 27
#define PHYSDEVOP_pirq_eoi_gmfn_v2 28
#define PHYSDEVOP_dbgp_op 29
#define PHYSDEVOP_prepare_msix 30
#define PHYSDEVOP_release_msix 31

/* physdev_irq_status_query.flags */
#define _XENIRQSTAT_needs_eoi 0
#define XENIRQSTAT_needs_eoi 1
#define _XENIRQSTAT_shared 1
#define XENIRQSTAT_shared 2

/* physdev_map_pirq.type */
#define MAP_PIRQ_TYPE_MSI 0
#define MAP_PIRQ_TYPE_GSI 1
#define MAP_PIRQ_TYPE_UNKNOWN 2
#define MAP_PIRQ_TYPE_MSI_SEG 3
#define MAP_PIRQ_TYPE_MULTI_MSI 4

#define XEN_PCI_MMCFG_RESERVED 1

/* physdev_pci_device_add.flags */
#define XEN_PCI_DEV_EXTFN 1
#define XEN_PCI_DEV_VIRTFN 2
#define XEN_PCI_DEV_PXM 4

#define PHYSDEVOP_DBGP_RESET_PREPARE 1
#define PHYSDEVOP_DBGP_RESET_DONE 2
#define PHYSDEVOP_DBGP_BUS_UNKNOWN 0
#define PHYSDEVOP_DBGP_BUS_PCI 1

struct xen_physdev_eoi {
	uint32_t irq;
};
ABI_SIZE(struct xen_physdev_eoi, 4);

struct xen_physdev_pirq_eoi_gmfn {
	uint64_t gmfn;
};
ABI_SIZE(struct xen_physdev_pirq_eoi_gmfn, 8);

struct xen_physdev_irq_status_query {
	uint32_t irq;
	uint32_t flags; /* out: XENIRQSTAT_* */
};
ABI_SIZE(struct xen_physdev_irq_status_query, 8);

struct xen_physdev_set_iopl {
	uint32_t iopl;
};
ABI_SIZE(struct xen_physdev_set_iopl, 4);

struct xen_physdev_set_iobitmap {
	uint64_t bitmap; /* handle of bytes */
	uint32_t nr_ports;
};
ABI_SIZE(struct xen_physdev_set_iobitmap, 16);

struct xen_physdev_apic {
	uint64_t apic_physbase;
	uint32_t reg;
	uint32_t value; /* out for read */
};
ABI_SIZE(struct xen_physdev_apic, 16);

struct xen_physdev_irq {
	uint32_t irq;
	uint32_t vector; /* out */
};
ABI_SIZE(struct xen_physdev_irq, 8);

struct xen_physdev_map_pirq {
	uint16_t domid;
	int32_t type;
	int32_t index;	     /* the GSI, or -1 for any vector */
	int32_t pirq;	     /* in: wanted, or -1; out: given */
	int32_t bus;	     /* segment in bits 31:16 for the MSI types that have one */
	int32_t devfn;	     /* these two for MSI */
	int32_t entry_nr;    /* entry of MSI-X; number of vectors of multi-MSI, out how many fit */
	uint64_t table_base; /* 0 for MSI */
};
ABI_SIZE(struct xen_physdev_map_pirq, 40);

struct xen_physdev_unmap_pirq {
	uint16_t domid;
	int32_t pirq;
};
ABI_SIZE(struct xen_physdev_unmap_pirq, 8);

struct xen_physdev_manage_pci {
	uint8_t bus;
	uint8_t devfn;
};
ABI_SIZE(struct xen_physdev_manage_pci, 2);

struct xen_physdev_restore_msi {
	uint8_t bus;
	uint8_t devfn;
};
ABI_SIZE(struct xen_physdev_restore_msi, 2);

struct xen_physdev_manage_pci_ext {
	uint8_t bus;
	uint8_t devfn;
	uint32_t is_extfn;
	uint32_t is_virtfn;
	struct {
		uint8_t bus;
		uint8_t devfn;
	} physfn;
};
ABI_SIZE(struct xen_physdev_manage_pci_ext, 16);

/* The argument of the old hypercall, number 19. */
struct xen_physdev_op {
	uint32_t cmd;
	union {
		struct xen_physdev_irq_status_query irq_status_query;
		struct xen_physdev_set_iopl set_iopl;
		struct xen_physdev_set_iobitmap set_iobitmap;
		struct xen_physdev_apic apic_op;
		struct xen_physdev_irq irq_op;
	} u;
};
ABI_SIZE(struct xen_physdev_op, 24);

struct xen_physdev_setup_gsi {
	int32_t gsi;
	uint8_t triggering; /* 0 edge, 1 level */
	uint8_t polarity;   /* 0 high, 1 low */
};
ABI_SIZE(struct xen_physdev_setup_gsi, 8);

struct xen_physdev_get_free_pirq {
	int32_t type;  /* MAP_PIRQ_TYPE_* */
	uint32_t pirq; /* out */
};
ABI_SIZE(struct xen_physdev_get_free_pirq, 8);

struct xen_physdev_pci_mmcfg_reserved {
	uint64_t address;
	uint16_t segment;
	uint8_t start_bus;
	uint8_t end_bus;
	uint32_t flags;
};
ABI_SIZE(struct xen_physdev_pci_mmcfg_reserved, 16);

struct xen_physdev_pci_device_add {
	uint16_t seg;
	uint8_t bus;
	uint8_t devfn;
	uint32_t flags; /* XEN_PCI_DEV_* */
	struct {
		uint8_t bus;
		uint8_t devfn;
	} physfn;
	uint32_t optarr[]; /* [0] is the proximity domain under XEN_PCI_DEV_PXM */
};
ABI_SIZE(struct xen_physdev_pci_device_add, 12);

struct xen_physdev_pci_device {
	uint16_t seg;
	uint8_t bus;
	uint8_t devfn;
};
ABI_SIZE(struct xen_physdev_pci_device, 4);

struct xen_physdev_dbgp_op {
	uint8_t op;
	uint8_t bus;
	union {
		struct xen_physdev_pci_device pci;
	} u;
};
ABI_SIZE(struct xen_physdev_dbgp_op, 6);

#endif
