/* SPDX-License-Identifier: MIT */
/*
 * memory_op: reservations, the physmap of translated guests, memory maps, mapping of resources,
 * claims, and the tools' calls for paging, access and sharing.
 */
#ifndef ABI_MEMORY_H
#define ABI_MEMORY_H

#include "abi/physdev.h"
#include "abi/xen.h"

/* The low six bits of the command; a continuation keeps its progress above them. 8 is unused. */
#define XENMEM_increase_reservation 0
#define XENMEM_decrease_reservation 1
#define XENMEM_maximum_ram_page 2
#define XENMEM_current_reservation 3
#define XENMEM_maximum_reservation 4
#define XENMEM_machphys_mfn_list 5
#define XENMEM_populate_physmap 6
#define XENMEM_add_to_physmap 7
#define XENMEM_memory_map 9
#define XENMEM_machine_memory_map 10
#define XENMEM_exchange 11
#define XENMEM_machphys_mapping 12
#define XENMEM_set_memory_map 13
#define XENMEM_maximum_gpfn 14
#define XENMEM_remove_from_physmap 15
#define XENMEM_set_pod_target 16
#define XENMEM_get_pod_target 17
#define XENMEM_get_sharing_freed_pages 18
#define XENMEM_get_sharing_shared_pages 19
#define XENMEM_paging_op 20
#define XENMEM_access_op 21
#define XENMEM_sharing_op 22
#define XENMEM_add_to_physmap_batch 23
#define XENMEM_claim_pages 24
#define XENMEM_machphys_compat_mfn_list 25
#define XENMEM_get_vnumainfo 26
#define XENMEM_reserved_device_memory_map 27
#define XENMEM_acquire_resource 28

/* memory_reservation.mem_flags: address width in bits 7:0, NUMA node plus one in bits 15:8. */
#define XENMEMF_address_bits(x) (x)
#define XENMEMF_get_address_bits(x) ((x)&0xff)
#define XENMEMF_node(x) (((x) + 1) << 8)
#define XENMEMF_get_node(x) ((((x) >> 8) - 1) & 0xff)
#define XENMEMF_populate_on_demand 0x10000
#define XENMEMF_exact_node_request 0x20000
#define XENMEMF_exact_node(n) (XENMEMF_node(n) | XENMEMF_exact_node_request)
#define XENMEMF_vnode 0x40000

#define XENMAPSPACE_shared_info 0
#define XENMAPSPACE_grant_table 1
#define XENMAPSPACE_gmfn 2
#define XENMAPSPACE_gmfn_range 3
#define XENMAPSPACE_gmfn_foreign 4
#define XENMAPSPACE_dev_mmio 5

/* In add_to_physmap.idx for the grant table: a status frame, not a table frame. */
#define XENMAPIDX_grant_table_status 0x80000000

#define XENMEM_paging_op_nominate 0
#define XENMEM_paging_op_evict 1
#define XENMEM_paging_op_prep 2

#define XENMEM_access_op_set_access 0
#define XENMEM_access_op_get_access 1
#define XENMEM_access_op_set_access_multi 4

/* mem_access_op.access */
#define XENMEM_access_n 0
#define XENMEM_access_r 1
#define XENMEM_access_w 2
#define XENMEM_access_rw 3
#define XENMEM_access_x 4
#define XENMEM_access_rx 5
#define XENMEM_access_wx 6
#define XENMEM_access_rwx 7
#define XENMEM_access_rx2rw 8
#define XENMEM_access_n2rwx 9
#define XENMEM_access_default 10

#define XENMEM_sharing_op_nominate_gfn 0
#define XENMEM_sharing_op_nominate_gref 1
#define XENMEM_sharing_op_share 2
#define XENMEM_sharing_op_debug_gfn 3
#define XENMEM_sharing_op_debug_mfn 4
#define XENMEM_sharing_op_debug_gref 5
#define XENMEM_sharing_op_add_physmap 6
#define XENMEM_sharing_op_audit 7
#define XENMEM_sharing_op_range_share 8
#define XENMEM_sharing_op_fork 9
#define XENMEM_sharing_op_fork_reset 10

#define XENMEM_SHARING_OP_S_HANDLE_INVALID (-10)
#define XENMEM_SHARING_OP_C_HANDLE_INVALID (-9)
#define XENMEM_SHARING_OP_FIELD_IS_GREF_FLAG 0x4000000000000000

#define XENMEM_FORK_WITH_IOMMU_ALLOWED 1
#define XENMEM_FORK_BLOCK_INTERRUPTS 2
#define XENMEM_FORK_RESET_STATE 4
#define XENMEM_FORK_RESET_MEMORY 8

#define XENMEM_RDM_ALL 1

/* mem_acquire_resource: type, then id for grant tables, then frame for an ioreq server. */
#define XENMEM_resource_ioreq_server 0
#define XENMEM_resource_grant_table 1
#define XENMEM_resource_vmtrace_buf 2
#define XENMEM_resource_grant_table_id_shared 0
#define XENMEM_resource_grant_table_id_status 1
#define XENMEM_resource_ioreq_server_frame_bufioreq 0
#define XENMEM_resource_ioreq_server_frame_ioreq(n) (1 + (n))

struct xen_memory_reservation {
	uint64_t extent_start; /* handle of frame numbers */
	uint64_t nr_extents;
	uint32_t extent_order; /* pages per extent, as a power of two */
	uint32_t mem_flags;    /* XENMEMF_* */
	uint16_t domid;
};
ABI_SIZE(struct xen_memory_reservation, 32);

struct xen_memory_exchange {
	struct xen_memory_reservation in;
	struct xen_memory_reservation out;
	uint64_t nr_exchanged; /* in: 0; out: extents of in that are done */
};
ABI_SIZE(struct xen_memory_exchange, 72);

struct xen_memory_domain {
	uint16_t domid;
};
ABI_SIZE(struct xen_memory_domain, 2);

struct xen_machphys_mfn_list {
	uint32_t max_extents;
	uint64_t extent_start; /* handle of frame numbers, one per 2 MiB of the table */
	uint32_t nr_extents;   /* out */
};
ABI_SIZE(struct xen_machphys_mfn_list, 24);

struct xen_machphys_mapping {
	uint64_t v_start; /* out, as all */
	uint64_t v_end;
	uint64_t max_mfn;
};
ABI_SIZE(struct xen_machphys_mapping, 24);

struct xen_add_to_physmap {
	uint16_t domid;
	uint16_t size;	/* pages, for gmfn_range alone */
	uint32_t space; /* XENMAPSPACE_* */
	uint64_t idx;
	uint64_t gpfn;
};
ABI_SIZE(struct xen_add_to_physmap, 24);

struct xen_add_to_physmap_batch {
	uint16_t domid;
	uint16_t space;
	uint16_t size;
	union {
		uint16_t foreign_domid;
		uint16_t res0;
	} u;
	uint64_t idxs;	/* handle of uint64_t */
	uint64_t gpfns; /* handle of uint64_t */
	uint64_t errs;	/* handle of int32_t */
};
ABI_SIZE(struct xen_add_to_physmap_batch, 32);

struct xen_remove_from_physmap {
	uint16_t domid;
	uint64_t gpfn;
};
ABI_SIZE(struct xen_remove_from_physmap, 16);

struct xen_memory_map {
	uint32_t nr_entries; /* in: entries that fit; out: entries written */
	uint64_t buffer;     /* handle of packed E820 entries: address, size, type */
};
ABI_SIZE(struct xen_memory_map, 16);

struct xen_foreign_memory_map {
	uint16_t domid;
	struct xen_memory_map map;
};
ABI_SIZE(struct xen_foreign_memory_map, 24);

struct xen_pod_target {
	uint64_t target_pages; /* in, for set */
	uint64_t tot_pages;    /* out, as the two that follow */
	uint64_t pod_cache_pages;
	uint64_t pod_entries;
	uint16_t domid;
};
ABI_SIZE(struct xen_pod_target, 40);

struct xen_mem_paging_op {
	uint8_t op; /* XENMEM_paging_op_* */
	uint16_t domain;
	uint64_t buffer; /* handle of the page's bytes, for prep */
	uint64_t gfn;
};
ABI_SIZE(struct xen_mem_paging_op, 24);

struct xen_mem_access_op {
	uint8_t op;
	uint8_t access; /* XENMEM_access_* */
	uint16_t domid;
	uint32_t nr;
	uint64_t pfn;	      /* all ones: the default for new pages */
	uint64_t pfn_list;    /* handle of uint64_t */
	uint64_t access_list; /* handle of uint8_t */
};
ABI_SIZE(struct xen_mem_access_op, 32);

struct xen_mem_sharing_op {
	uint8_t op;
	uint16_t domain;
	union {
		struct {
			union {
				uint64_t gfn;
				uint32_t grant_ref;
			} u;
			uint64_t handle; /* out */
		} nominate;
		struct {
			uint64_t source_gfn;
			uint64_t source_handle;
			uint64_t client_gfn;
			uint64_t client_handle;
			uint16_t client_domain;
		} share;
		struct {
			uint64_t first_gfn;
			uint64_t last_gfn;
			uint64_t opaque; /* 0; the progress of a continuation */
			uint16_t client_domain;
			uint16_t _pad[3];
		} range;
		struct {
			union {
				uint64_t gfn;
				uint64_t mfn;
				uint32_t gref;
			} u;
		} debug;
		struct {
			uint16_t parent_domain;
			uint16_t flags; /* XENMEM_FORK_* */
			uint32_t pad;
		} fork;
	} u;
};
ABI_SIZE(struct xen_mem_sharing_op, 48);

struct xen_reserved_device_memory {
	uint64_t start_pfn;
	uint64_t nr_pages;
};
ABI_SIZE(struct xen_reserved_device_memory, 16);

struct xen_reserved_device_memory_map {
	uint32_t flags;	     /* XENMEM_RDM_ALL, or the regions of one device */
	uint32_t nr_entries; /* in: entries that fit; out: entries there are */
	uint64_t buffer;     /* handle of struct xen_reserved_device_memory */
	union {
		struct xen_physdev_pci_device pci;
	} dev;
};
ABI_SIZE(struct xen_reserved_device_memory_map, 24);

struct xen_mem_acquire_resource {
	uint16_t domid;
	uint16_t type;
	uint32_t id;
	uint32_t nr_frames; /* 0 with no list: out, the frames there are */
	uint32_t pad;
	uint64_t frame;	     /* the first frame */
	uint64_t frame_list; /* handle of frame numbers: out for PV callers, in for translated */
};
ABI_SIZE(struct xen_mem_acquire_resource, 32);

struct xen_vmemrange {
	uint64_t start; /* physical addresses in the guest */
	uint64_t end;
	uint32_t flags;
	uint32_t nid;
};
ABI_SIZE(struct xen_vmemrange, 24);

struct xen_vnuma_topology_info {
	uint16_t domid;
	uint16_t pad;
	uint32_t nr_vnodes; /* these three: in what fits, out what there is */
	uint32_t nr_vcpus;
	uint32_t nr_vmemranges;
	union {
		uint64_t h; /* handle of uint32_t */
		uint64_t pad;
	} vdistance;
	union {
		uint64_t h; /* handle of uint32_t */
		uint64_t pad;
	} vcpu_to_vnode;
	union {
		uint64_t h; /* handle of struct xen_vmemrange */
		uint64_t pad;
	} vmemrange;
};
ABI_SIZE(struct xen_vnuma_topology_info, 40);

#endif
