/* SPDX-License-Identifier: MIT */
/*
 * Grant tables: the entries of both versions as they lie in memory shared with the guest, and the
 * operations of grant_table_op. Most report per element in a status field, GNTST_*.
 */
#ifndef ABI_GRANT_TABLE_H
#define ABI_GRANT_TABLE_H

#include "abi/xen.h"

#define GNTTABOP_map_grant_ref 0
#define GNTTABOP_unmap_grant_ref 1
#define GNTTABOP_setup_table 2
#define GNTTABOP_dump_table 3
#define GNTTABOP_transfer 4
#define GNTTABOP_copy 5
#define GNTTABOP_query_size 6
#define GNTTABOP_unmap_and_replace 7
#define GNTTABOP_set_version 8
#define GNTTABOP_get_status_frames 9
#define GNTTABOP_get_version 10
#define GNTTABOP_swap_grant_ref 11
#define GNTTABOP_cache_flush 12

/* The first entries belong to the tool stack. */
#define GNTTAB_NR_RESERVED_ENTRIES 8
#define GNTTAB_RESERVED_CONSOLE 0
#define GNTTAB_RESERVED_XENSTORE 1

/* Entry flags: the type. */
#define GTF_invalid 0
#define GTF_permit_access 1
#define GTF_accept_transfer 2
#define GTF_transitive 3
#define GTF_type_mask 3

/* Entry flags of an access grant; reading and writing are set by the hypervisor. */
#define _GTF_readonly 2
#define GTF_readonly 0x004
#define _GTF_reading 3
#define GTF_reading 0x008
#define _GTF_writing 4
#define GTF_writing 0x010
#define _GTF_PWT 5
#define GTF_PWT 0x020
#define _GTF_PCD 6
#define GTF_PCD 0x040
#define _GTF_PAT 7
#define GTF_PAT 0x080
#define _GTF_sub_page 8
#define GTF_sub_page 0x100

/* Entry flags of a transfer grant, both set by the hypervisor. */
#define _GTF_transfer_committed 2
#define GTF_transfer_committed 0x004
#define _GTF_transfer_completed 3
#define GTF_transfer_completed 0x008

/* gnttab_copy.flags */
#define _GNTCOPY_source_gref 0
#define GNTCOPY_source_gref 1
#define _GNTCOPY_dest_gref 1
#define GNTCOPY_dest_gref 2

#define GNTTAB_CACHE_CLEAN 1
#define GNTTAB_CACHE_INVAL 2
#define GNTTAB_CACHE_SOURCE_GREF 0x80000000

/* gnttab_map_grant_ref.flags; the guest's own bits of the entry start at guest_avail0. */
#define _GNTMAP_device_map 0
#define GNTMAP_device_map 0x01
#define _GNTMAP_host_map 1
#define GNTMAP_host_map 0x02
#define _GNTMAP_readonly 2
#define GNTMAP_readonly 0x04
#define _GNTMAP_application_map 3
#define GNTMAP_application_map 0x08
#define _GNTMAP_contains_pte 4
#define GNTMAP_contains_pte 0x10
#define _GNTMAP_guest_avail0 16
#define GNTMAP_guest_avail_mask 0xffff0000

#define GNTST_okay 0
#define GNTST_general_error (-1)
#define GNTST_bad_domain (-2)
#define GNTST_bad_gntref (-3)
#define GNTST_bad_handle (-4)
#define GNTST_bad_virt_addr (-5)
#define GNTST_bad_dev_addr (-6)
#define GNTST_no_device_space (-7)
#define GNTST_permission_denied (-8)
#define GNTST_bad_page (-9)
#define GNTST_bad_copy_arg (-10)
#define GNTST_address_too_big (-11)
#define GNTST_eagain (-12)
#define GNTST_no_space (-13)

struct xen_grant_entry_v1 {
	uint16_t flags; /* GTF_* */
	uint16_t domid;
	uint32_t frame;
};
ABI_SIZE(struct xen_grant_entry_v1, 8);

struct xen_grant_entry_header {
	uint16_t flags;
	uint16_t domid;
};
ABI_SIZE(struct xen_grant_entry_header, 4);

/* Version 2 keeps reading and writing apart, in an array of uint16_t: the status frames. */
union xen_grant_entry_v2 {
	struct xen_grant_entry_header hdr;
	struct {
		struct xen_grant_entry_header hdr;
		uint32_t pad0;
		uint64_t frame;
	} full_page;
	struct {
		struct xen_grant_entry_header hdr;
		uint16_t page_off;
		uint16_t length;
		uint64_t frame;
	} sub_page;
	struct {
		struct xen_grant_entry_header hdr;
		uint16_t trans_domid;
		uint16_t pad0;
		uint32_t gref;
	} transitive;
	uint32_t __spacer[4];
};
ABI_SIZE(union xen_grant_entry_v2, 16);

struct xen_gnttab_map_grant_ref {
	uint64_t host_addr; /* linear address, or machine address of an entry with contains_pte */
	uint32_t flags;	    /* GNTMAP_* */
	uint32_t ref;
	uint16_t dom;
	int16_t status; /* out, as all that follows */
	uint32_t handle;
	uint64_t dev_bus_addr;
};
ABI_SIZE(struct xen_gnttab_map_grant_ref, 32);

struct xen_gnttab_unmap_grant_ref {
	uint64_t host_addr;
	uint64_t dev_bus_addr;
	uint32_t handle;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_unmap_grant_ref, 24);

struct xen_gnttab_setup_table {
	uint16_t dom;
	uint32_t nr_frames;
	int16_t status;
	uint64_t frame_list; /* handle of frame numbers, out */
};
ABI_SIZE(struct xen_gnttab_setup_table, 24);

struct xen_gnttab_dump_table {
	uint16_t dom;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_dump_table, 4);

struct xen_gnttab_transfer {
	uint64_t mfn;
	uint16_t domid;
	uint32_t ref;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_transfer, 24);

struct xen_gnttab_copy_ptr {
	union {
		uint32_t ref;
		uint64_t gmfn;
	} u;
	uint16_t domid;
	uint16_t offset;
};
ABI_SIZE(struct xen_gnttab_copy_ptr, 16);

struct xen_gnttab_copy {
	struct xen_gnttab_copy_ptr source;
	struct xen_gnttab_copy_ptr dest;
	uint16_t len;
	uint16_t flags; /* GNTCOPY_* */
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_copy, 40);

struct xen_gnttab_query_size {
	uint16_t dom;
	uint32_t nr_frames; /* out, as all that follows */
	uint32_t max_nr_frames;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_query_size, 16);

struct xen_gnttab_unmap_and_replace {
	uint64_t host_addr;
	uint64_t new_addr; /* its mapping moves to host_addr */
	uint32_t handle;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_unmap_and_replace, 24);

struct xen_gnttab_set_version {
	uint32_t version;
};
ABI_SIZE(struct xen_gnttab_set_version, 4);

struct xen_gnttab_get_status_frames {
	uint32_t nr_frames;
	uint16_t dom;
	int16_t status;
	uint64_t frame_list; /* handle of uint64_t, out */
};
ABI_SIZE(struct xen_gnttab_get_status_frames, 16);

struct xen_gnttab_get_version {
	uint16_t dom;
	uint16_t pad;
	uint32_t version; /* out */
};
ABI_SIZE(struct xen_gnttab_get_version, 8);

struct xen_gnttab_swap_grant_ref {
	uint32_t ref_a;
	uint32_t ref_b;
	int16_t status;
};
ABI_SIZE(struct xen_gnttab_swap_grant_ref, 12);

struct xen_gnttab_cache_flush {
	union {
		uint64_t dev_bus_addr;
		uint32_t ref;
	} a;
	uint16_t offset;
	uint16_t length;
	uint32_t op; /* GNTTAB_CACHE_* */
};
ABI_SIZE(struct xen_gnttab_cache_flush, 16);

#endif
