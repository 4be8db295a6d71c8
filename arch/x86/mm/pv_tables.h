/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the sources of the PV MMU (asm/pv_mmu.h), for nobody else: rules
 * of entries, the lock of a validated table, references that entries hold.
 *
 * An L1 entry that is present holds a reference on its frame and, when it is
 * writable, a use of the type WRITABLE; frames that are no RAM have none. An
 * entry of L2 to L4 holds a reference on the lower table and a use of its
 * type; an L4 entry that names its own page holds nothing.
 * Who changes an entry of a validated table holds that table's lock, which is
 * a use of its type at the same time.
 */
#ifndef MM_PV_TABLES_H
#define MM_PV_TABLES_H

#include "asm/processor.h"
#include "asm/pv_mmu.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/page_count.h"
#include "hv/printk.h"

#define PTE_AVAILABLE_HIGH 0x7ff0000000000000UL
#define PTE_CACHE_FLAGS (PTE_WRITE_THROUGH | PTE_CACHE_DISABLE | PTE_PAT)
/* Changing these asks for no reference and takes no right from anybody but the guest itself. */
#define PTE_SOFT (PTE_ACCESSED | PTE_DIRTY | PTE_AVAILABLE | PTE_AVAILABLE_HIGH | PTE_NO_EXECUTE)
/* Refused in L2 to L4; of these only LARGE would be dangerous, the ABI knows none of them. */
#define PTE_TABLE_FORBIDDEN (PTE_WRITE_THROUGH | PTE_CACHE_DISABLE | PTE_LARGE | PTE_GLOBAL)

static always_inline bool entry_is_present(uint64_t entry)
{
	return entry & PTE_PRESENT;
}

static always_inline uint64_t type_of_level(unsigned int level)
{
	return (uint64_t)level << 60;
}

static always_inline unsigned int level_of_type(uint64_t type_info)
{
	return (unsigned int)((type_info & PAGE_TYPE_MASK) >> 60);
}

static always_inline bool type_is_table(uint64_t type_info)
{
	return level_of_type(type_info) - 1 < 4;
}

static always_inline bool slot_is_hypervisor(unsigned int level, unsigned int index)
{
	return level == 4 && index - HV_FIRST_SLOT < HV_NR_SLOTS;
}

/* Reads a word of ours that may not be mapped: a hole in the frame table or in the direct map. */
static always_inline bool word_read_safe(const uint64_t *word, uint64_t *value)
{
	uint64_t x;
	bool good = false;

	__asm__ goto("1: mov %1, %0\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     : "=r"(x)
		     : "m"(*word)
		     :
		     : out);
	*value = x;
	good = true;
out:
	return good;
}

/* The page of a frame below frame_table_nr_frames; NULL when it's no RAM. */
static always_inline struct page *frame_page_below(mfn_t mfn)
{
	struct page *page = mfn_to_page(mfn);
	uint64_t count_info;

	if (unlikely(!word_read_safe(&page->count_info, &count_info)))
		return NULL;
	return unlikely(count_info >> PAGE_RESERVED_BIT & 1) ? NULL : page;
}

/* The page of a frame number that a validated entry had; NULL when it's no RAM. */
static always_inline struct page *frame_page_known(mfn_t mfn)
{
	return unlikely(mfn.n >= frame_table_nr_frames) ? NULL : frame_page_below(mfn);
}

/* The same for a number from a guest, never beyond the table however far the processor runs ahead. */
static always_inline struct page *frame_page(mfn_t mfn)
{
	uint64_t limit = frame_table_nr_frames;

	return unlikely(mfn.n >= limit) ? NULL
					: frame_page_below(mfn_from(index_clamp(mfn.n, limit)));
}

/* Guest pages of both modes are user pages: the guest's kernel runs in ring 3. Global ones would outlive switches. */
static always_inline uint64_t l1_entry_adjust(uint64_t entry)
{
	return (entry | PTE_USER) & ~(uint64_t)PTE_GLOBAL;
}

/* Waits; false when it's no validated table of that type (any more). */
bool table_lock_slowly(struct page *page, uint64_t type);

/* False also when it is locked, or the word was changed at the wrong moment. */
static always_inline bool table_trylock(struct page *page, uint64_t type)
{
	uint64_t x = READ_ONCE(page->type_info);

	/* Its count is not full: gets leave room for all CPUs' locks. */
	return likely((x >> 56 & PAGE_TYPE_BYTE_MASK) == PAGE_TYPE_BYTE_VALIDATED(type)) &&
	       likely(__atomic_compare_exchange_n(&page->type_info, &x, (x + 1) | PAGE_TYPE_LOCKED,
						  false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
}

/* The lock of a validated table of that type. */
static always_inline bool table_lock(struct page *page, uint64_t type)
{
	return table_trylock(page, type) || table_lock_slowly(page, type);
}

static always_inline void table_unlock(struct page *page)
{
	ASSERT(page->type_info & PAGE_TYPE_LOCKED && (page->type_info & PAGE_TYPE_COUNT_MASK) > 1);
	__atomic_sub_fetch(&page->type_info, PAGE_TYPE_LOCKED | 1, __ATOMIC_SEQ_CST);
}

/* The use of the type that the lock was stays with the caller, who has a general reference as well. */
static always_inline void table_unlock_keep_use(struct page *page)
{
	__atomic_sub_fetch(&page->type_info, PAGE_TYPE_LOCKED, __ATOMIC_SEQ_CST);
}

enum entry_mode {
	ENTRY_PLAIN,
	ENTRY_KEEP_AD, /* accessed and dirty bits of the old entry go into the new one */
	ENTRY_EXACT, /* only if the old entry, those bits included, is still what the caller saw */
};

/* Replaces an entry; false: it was not the one expected. Locked or exchanged, so that what follows sees the clock of after the change. */
static always_inline bool entry_write(uint64_t *slot, uint64_t old, uint64_t new,
				      enum entry_mode mode)
{
	uint64_t kept = 0;

	if (mode == ENTRY_PLAIN) {
		if (old & PTE_PRESENT)
			__atomic_exchange_n(slot, new, __ATOMIC_SEQ_CST);
		else
			WRITE_ONCE(*slot, new);
		return true;
	}
	do {
		if (mode == ENTRY_KEEP_AD)
			kept = old & (PTE_ACCESSED | PTE_DIRTY);
		if (__atomic_compare_exchange_n(slot, &old, new | kept, false, __ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return true;
	} while (mode == ENTRY_KEEP_AD);
	return false;
}

/*
 * pv_frames.c: references of entries; of L1 entries, pv_entries.h.
 */

/* A present entry of L2 to L4 in the table; -EINVAL, -ERESTART: the general reference stays, the lower table is PARTIAL.
 * has_reference: such a call is repeated. */
int must_check table_entry_get(const struct domain *d, struct page *table, uint64_t entry,
			       unsigned int level, bool has_reference);
/* -ERESTART: the general reference stays until page_finish_undo() of the lower table says 0. */
int must_check table_entry_put(struct page *table, uint64_t entry, unsigned int level);
bool domain_may_set_cache_flags(const struct domain *d);

/* pv_update.c */

/* Writes an entry of an L1 whose lock is held and that the caller has seen to be old; -EINVAL, -EPERM; -EAGAIN: ENTRY_EXACT and it
 * changed. */
int must_check l1_write(const struct domain *d, const struct domain *from, uint64_t *slot,
			uint64_t old, uint64_t new, enum entry_mode mode);
/* Goes on with the table that the vcpu left half taken apart; 0, -ERESTART. */
int must_check pending_finish(struct vcpu *v);
/* Drops a table's type and general reference; what is left to do waits in the vcpu for pending_finish(). */
void pending_put(struct vcpu *v, struct page *page);

/* pv_descriptors.c */

/* A selector needed that page of the LDT: maps it into the window; false when the guest has none there. */
bool ldt_page_map(struct vcpu *v, unsigned int index);

#endif
