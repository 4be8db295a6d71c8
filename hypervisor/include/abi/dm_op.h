/* SPDX-License-Identifier: MIT */
/*
 * dm_op: what a device model may ask for the domain that it serves. The hypercall takes the domain
 * and an array of buffers; the first holds struct xen_dm_op, the others bulk data.
 */
#ifndef ABI_DM_OP_H
#define ABI_DM_OP_H

#include "abi/event_channel.h"
#include "abi/xen.h"

#define XEN_DMOP_create_ioreq_server 1
#define XEN_DMOP_get_ioreq_server_info 2
#define XEN_DMOP_map_io_range_to_ioreq_server 3
#define XEN_DMOP_unmap_io_range_from_ioreq_server 4
#define XEN_DMOP_set_ioreq_server_state 5
#define XEN_DMOP_destroy_ioreq_server 6
#define XEN_DMOP_track_dirty_vram 7
#define XEN_DMOP_set_pci_intx_level 8
#define XEN_DMOP_set_isa_irq_level 9
#define XEN_DMOP_set_pci_link_route 10
#define XEN_DMOP_modified_memory 11
#define XEN_DMOP_set_mem_type 12
#define XEN_DMOP_inject_event 13
#define XEN_DMOP_inject_msi 14
#define XEN_DMOP_map_mem_type_to_ioreq_server 15
#define XEN_DMOP_remote_shutdown 16
#define XEN_DMOP_relocate_memory 17
#define XEN_DMOP_pin_memory_cacheattr 18
#define XEN_DMOP_set_irq_level 19
#define XEN_DMOP_nr_vcpus 20

/* get_ioreq_server_info.flags */
#define _XEN_DMOP_no_gfns 0
#define XEN_DMOP_no_gfns 1

/* ioreq_server_range.type; a PCI range is a range of one segment, bus, device and function */
#define XEN_DMOP_IO_RANGE_PORT 0
#define XEN_DMOP_IO_RANGE_MEMORY 1
#define XEN_DMOP_IO_RANGE_PCI 2
#define XEN_DMOP_PCI_SBDF(s, b, d, f) \
	((((s)&0xffff) << 16) | (((b)&0xff) << 8) | (((d)&0x1f) << 3) | ((f)&7))

/* inject_event.type */
#define XEN_DMOP_EVENT_ext_int 0
#define XEN_DMOP_EVENT_nmi 2
#define XEN_DMOP_EVENT_hw_exc 3
#define XEN_DMOP_EVENT_sw_int 4
#define XEN_DMOP_EVENT_pri_sw_exc 5
#define XEN_DMOP_EVENT_sw_exc 6

#define XEN_DMOP_IOREQ_MEM_ACCESS_READ 1
#define XEN_DMOP_IOREQ_MEM_ACCESS_WRITE 2

/* pin_memory_cacheattr.type */
#define XEN_DMOP_MEM_CACHEATTR_UC 0
#define XEN_DMOP_MEM_CACHEATTR_WC 1
#define XEN_DMOP_MEM_CACHEATTR_WT 4
#define XEN_DMOP_MEM_CACHEATTR_WP 5
#define XEN_DMOP_MEM_CACHEATTR_WB 6
#define XEN_DMOP_MEM_CACHEATTR_UCM 7
#define XEN_DMOP_DELETE_MEM_CACHEATTR 0xffffffff

struct xen_dm_op_create_ioreq_server {
	uint8_t handle_bufioreq; /* HVM_IOREQSRV_BUFIOREQ_* */
	uint8_t pad[3];
	uint16_t id; /* out */
};
ABI_SIZE(struct xen_dm_op_create_ioreq_server, 6);

struct xen_dm_op_get_ioreq_server_info {
	uint16_t id;
	uint16_t flags;
	uint32_t bufioreq_port; /* out, as all that follows */
	uint64_t ioreq_gfn;
	uint64_t bufioreq_gfn;
};
ABI_SIZE(struct xen_dm_op_get_ioreq_server_info, 24);

struct xen_dm_op_ioreq_server_range {
	uint16_t id;
	uint16_t pad;
	uint32_t type;
	uint64_t start;
	uint64_t end; /* inclusive */
};
ABI_SIZE(struct xen_dm_op_ioreq_server_range, 24);

struct xen_dm_op_set_ioreq_server_state {
	uint16_t id;
	uint8_t enabled;
	uint8_t pad;
};
ABI_SIZE(struct xen_dm_op_set_ioreq_server_state, 4);

struct xen_dm_op_destroy_ioreq_server {
	uint16_t id;
	uint16_t pad;
};
ABI_SIZE(struct xen_dm_op_destroy_ioreq_server, 4);

struct xen_dm_op_track_dirty_vram {
	uint32_t nr; /* pages, 0 ends tracking */
	uint32_t pad;
	uint64_t first_pfn;
};
ABI_SIZE(struct xen_dm_op_track_dirty_vram, 16);

struct xen_dm_op_set_pci_intx_level {
	uint16_t domain;
	uint8_t bus;
	uint8_t device;
	uint8_t intx; /* 0 to 3 */
	uint8_t level;
};
ABI_SIZE(struct xen_dm_op_set_pci_intx_level, 6);

struct xen_dm_op_set_isa_irq_level {
	uint8_t isa_irq;
	uint8_t level;
};
ABI_SIZE(struct xen_dm_op_set_isa_irq_level, 2);

struct xen_dm_op_set_pci_link_route {
	uint8_t link;	 /* 0 to 3 */
	uint8_t isa_irq; /* 0 for none */
};
ABI_SIZE(struct xen_dm_op_set_pci_link_route, 2);

struct xen_dm_op_modified_memory {
	uint32_t nr_extents;
	uint32_t opaque; /* 0; the progress of a continuation */
};
ABI_SIZE(struct xen_dm_op_modified_memory, 8);

struct xen_dm_op_modified_memory_extent {
	uint32_t nr; /* pages */
	uint32_t pad;
	uint64_t first_pfn;
};
ABI_SIZE(struct xen_dm_op_modified_memory_extent, 16);

struct xen_dm_op_set_mem_type {
	uint32_t nr;
	uint16_t mem_type; /* HVMMEM_* */
	uint16_t pad;
	uint64_t first_pfn;
};
ABI_SIZE(struct xen_dm_op_set_mem_type, 16);

struct xen_dm_op_inject_event {
	uint32_t vcpuid;
	uint8_t vector;
	uint8_t type;
	uint8_t insn_len;
	uint8_t pad0;
	uint32_t error_code; /* all ones for none */
	uint32_t pad1;
	uint64_t cr2;
};
ABI_SIZE(struct xen_dm_op_inject_event, 24);

struct xen_dm_op_inject_msi {
	uint32_t data;
	uint32_t pad;
	uint64_t addr;
};
ABI_SIZE(struct xen_dm_op_inject_msi, 16);

struct xen_dm_op_map_mem_type_to_ioreq_server {
	uint16_t id;
	uint16_t type;
	uint32_t flags;	 /* XEN_DMOP_IOREQ_MEM_ACCESS_*, 0 takes it back */
	uint64_t opaque; /* 0; the progress of a continuation */
};
ABI_SIZE(struct xen_dm_op_map_mem_type_to_ioreq_server, 16);

struct xen_dm_op_remote_shutdown {
	uint32_t reason;
};
ABI_SIZE(struct xen_dm_op_remote_shutdown, 4);

struct xen_dm_op_relocate_memory {
	uint32_t size; /* pages */
	uint32_t pad;
	uint64_t src_gfn;
	uint64_t dst_gfn;
};
ABI_SIZE(struct xen_dm_op_relocate_memory, 24);

struct xen_dm_op_pin_memory_cacheattr {
	uint64_t start; /* gfn */
	uint64_t end;	/* inclusive */
	uint32_t type;
	uint32_t pad;
};
ABI_SIZE(struct xen_dm_op_pin_memory_cacheattr, 24);

struct xen_dm_op_set_irq_level {
	uint32_t irq;
	uint8_t level;
	uint8_t pad[3];
};
ABI_SIZE(struct xen_dm_op_set_irq_level, 8);

struct xen_dm_op_nr_vcpus {
	uint32_t vcpus; /* out */
};
ABI_SIZE(struct xen_dm_op_nr_vcpus, 4);

struct xen_dm_op {
	uint32_t op;
	uint32_t pad;
	union {
		struct xen_dm_op_create_ioreq_server create_ioreq_server;
		struct xen_dm_op_get_ioreq_server_info get_ioreq_server_info;
		struct xen_dm_op_ioreq_server_range map_io_range_to_ioreq_server;
		struct xen_dm_op_ioreq_server_range unmap_io_range_from_ioreq_server;
		struct xen_dm_op_set_ioreq_server_state set_ioreq_server_state;
		struct xen_dm_op_destroy_ioreq_server destroy_ioreq_server;
		struct xen_dm_op_track_dirty_vram track_dirty_vram;
		struct xen_dm_op_set_pci_intx_level set_pci_intx_level;
		struct xen_dm_op_set_isa_irq_level set_isa_irq_level;
		struct xen_dm_op_set_irq_level set_irq_level;
		struct xen_dm_op_set_pci_link_route set_pci_link_route;
		struct xen_dm_op_modified_memory modified_memory;
		struct xen_dm_op_set_mem_type set_mem_type;
		struct xen_dm_op_inject_event inject_event;
		struct xen_dm_op_inject_msi inject_msi;
		struct xen_dm_op_map_mem_type_to_ioreq_server map_mem_type_to_ioreq_server;
		struct xen_dm_op_remote_shutdown remote_shutdown;
		struct xen_dm_op_relocate_memory relocate_memory;
		struct xen_dm_op_pin_memory_cacheattr pin_memory_cacheattr;
		struct xen_dm_op_nr_vcpus nr_vcpus;
	} u;
};
ABI_SIZE(struct xen_dm_op, 32);

struct xen_dm_op_buf {
	uint64_t h; /* handle of bytes */
	uint64_t size;
};
ABI_SIZE(struct xen_dm_op_buf, 16);

#endif
