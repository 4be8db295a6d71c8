/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's image: linked at HV_IMAGE_START, loaded below 4 GiB at any
 * multiple of 2 MiB. Its parts begin on 2 MiB boundaries: text (read,
 * execute), read-only data, data with bss (read, write). The symbols are the
 * linker script's.
 */
#ifndef ASM_IMAGE_H
#define ASM_IMAGE_H

#define IMAGE_ALIGN 0x200000
#define IMAGE_LOAD_ADDRESS 0x200000 /* where loaders without relocation put it */
#define IMAGE_MAX_BYTES 0x4000000   /* what the first page tables map */

#ifndef __ASSEMBLER__
#include "asm/page.h"

extern char image_start[], image_end[]; /* page-aligned */
extern char image_text_end[], image_rodata_start[], image_rodata_end[], image_data_start[];
extern char percpu_start[], percpu_end[];
extern uint64_t image_physical; /* load address; set by the entry code */

static always_inline paddr_t image_to_paddr(const void *address)
{
	return paddr_from((uint64_t)address - HV_IMAGE_START + image_physical);
}

static always_inline mfn_t image_to_mfn(const void *address)
{
	return paddr_to_mfn(image_to_paddr(address));
}
#endif
#endif
