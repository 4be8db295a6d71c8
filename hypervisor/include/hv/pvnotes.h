/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel says about itself in its "Xen" ELF notes, for the PV and PVH builders.
 *
 * Source: the public interface's elfnote.h and features.h. Untrusted input: texts are copied and
 * always terminated, numbers are taken as they stand and are the builder's to check for sense.
 */
#ifndef HV_PVNOTES_H
#define HV_PVNOTES_H

#include "hv/elf.h"
#include "hv/types.h"

#define PVNOTES_TEXT_BYTES 32U
#define PVNOTES_FEATURE_WORDS 1U

struct pv_notes {
	bool has_entry;
	bool has_hypercall_page;
	bool has_init_p2m;
	bool has_mod_start_pfn;
	bool has_phys_entry32;
	bool has_l1_mfn_valid;
	bool has_hv_start_low;
	bool mod_start_pfn; /* the kernel takes its ram disk unmapped, by frame number */
	bool suspend_cancel;
	uint64_t entry;		    /* virtual; the ELF entry point when there is no such note */
	uint64_t virt_base;	    /* virtual address of the guest's physical zero */
	uint64_t paddr_offset;	    /* what to take off each p_paddr */
	uint64_t hypercall_page;    /* virtual */
	uint64_t init_p2m;	    /* virtual base for the initial p2m */
	uint64_t hv_start_low;	    /* 32-bit: lowest address the hypervisor may use */
	uint64_t l1_mfn_valid_mask; /* in a not-present L1 entry that still names a frame */
	uint64_t l1_mfn_valid_value;
	uint32_t phys_entry32; /* physical, PVH */
	/* Words of XENFEAT_* bits. */
	uint32_t features_supported[PVNOTES_FEATURE_WORDS];
	uint32_t features_required[PVNOTES_FEATURE_WORDS];
	char guest_os[PVNOTES_TEXT_BYTES];
	char guest_version[PVNOTES_TEXT_BYTES];
	char xen_version[PVNOTES_TEXT_BYTES];
	char loader[PVNOTES_TEXT_BYTES];
	char pae_mode[PVNOTES_TEXT_BYTES];
};

/*
 * Reads the notes of an opened image. -ENOENT: no Xen notes; -EINVAL: a malformed note or another
 * loader's kernel; -EOPNOTSUPP: requires a feature that has no number. *error is then a constant
 * text; *notes is set only on success. Of a repeated note the last counts, features add up.
 */
must_check int pvnotes_read(const struct elf_image *elf, struct pv_notes *notes,
			    const char **error);

static inline bool pvnotes_is_supported(const struct pv_notes *notes, unsigned int feature)
{
	return (notes->features_supported[feature / 32] >> (feature % 32)) & 1;
}

static inline bool pvnotes_is_required(const struct pv_notes *notes, unsigned int feature)
{
	return (notes->features_required[feature / 32] >> (feature % 32)) & 1;
}

#endif /* HV_PVNOTES_H */
