/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dom0's builder, shared by its files: the plan of dom0's memory. Pseudo-physical
 * frames, lowest first: kernel, start of day (start_info, page tables, stack), padding
 * [map_end]; the physical-to-machine list; RAM disk; ordinary memory.
 */
#ifndef PV_DOM0_PRIVATE_H
#define PV_DOM0_PRIVATE_H

#include "abi/xen.h"
#include "hv/domain.h"
#include "hv/elf.h"
#include "hv/pvnotes.h"
#include "hv/types.h"

struct dom0_image {
	const void *data; /* unpacked ELF file */
	size_t bytes;
	void *buffer; /* what to free, or NULL when data is the module itself */
	unsigned int buffer_order;
	struct elf_image elf;
	struct pv_notes notes;
	uint64_t start, end; /* pseudo-physical, page-aligned */
};

struct dom0_plan {
	struct domain *d;
	struct vcpu *v;
	uint64_t nr_pages; /* of dom0, all of it */
	uint64_t base;	   /* linear address of pseudo-physical 0 */
	uint64_t start_info_pfn, tables_pfn, stack_pfn, map_end_pfn;
	uint64_t nr_table_pages; /* of the boot mapping */
	uint64_t initrd_pfn, initrd_pages, initrd_bytes;
	uint64_t p2m_pfn, p2m_pages, p2m_table_pages;
	uint64_t p2m_address; /* linear */
	uint64_t *p2m;	      /* the list itself, through the direct map */
	const char *command_line;
};

/* dom0_image.c: unwraps and checks the kernel module; panics with a sentence that names what is wrong. */
void dom0_image_open(struct dom0_image *image);
void dom0_image_load(const struct dom0_image *image, const struct dom0_plan *plan);
void dom0_image_close(struct dom0_image *image);
/* dom0_tables.c: builds, validates and pins the boot page tables. */
void dom0_tables_plan(struct dom0_plan *plan, const struct dom0_image *image);
void dom0_tables_build(const struct dom0_plan *plan, const struct dom0_image *image);
/* dom0_memory.c: frames for every pseudo-physical number. */
/* All of dom0's pages, the RAM disk's (which aren't in the heap) included. */
uint64_t dom0_memory_wanted_pages(uint64_t initrd_pages);
/* What dom0 may grow to: dom0_mem=max:, or no limit. */
uint32_t dom0_memory_maximum_pages(void);
void dom0_memory_build(struct dom0_plan *plan);

/* dom0_hardware.c */
void dom0_permit_hardware(struct domain *d);
/* False: there is no screen to hand over. */
bool dom0_video_fill(struct xen_dom0_vga_console_info *video);

/* A pseudo-physical page of dom0 under construction. */
static inline void *dom0_page(const struct dom0_plan *plan, uint64_t pfn)
{
	return mfn_to_virt(mfn_from(plan->p2m[pfn]));
}

#endif
