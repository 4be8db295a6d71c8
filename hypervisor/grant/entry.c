/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The use of one entry: how often it is pinned, which only we know, and the
 * flags by which the granter sees it. The granter may change the entry at any
 * time; while it is pinned, what counts is what it said at the first pin.
 */
#include "grant_internal.h"

#include "hv/heap.h"
#include "hv/page_count.h"
#include "hv/printk.h"

#define UNSTABLE_ROUNDS 5

/* Locks the active entry; NULL: no such reference. Waits while the version changes. */
static always_inline struct grant_active *active_lock(const struct grant_domain *g, uint32_t ref,
						      uint32_t *version)
{
	for (;;) {
		struct grant_active *active;

		if (unlikely(ref >= grant_nr_entries(g, 1)))
			return NULL;
		active = grant_active_of(g, ref);
		spin_lock(&active->lock);
		*version = READ_ONCE(g->version);
		if (likely(*version == 1))
			return active;
		if (*version == 2 && ref < grant_nr_entries(g, 2))
			return active;
		spin_unlock(&active->lock);
		if (*version == 2)
			return NULL;
		cpu_relax();
	}
}

/* How an entry is to be used. */
struct entry_use {
	domid_t user;
	uint16_t shown;	    /* GTF_reading, GTF_writing */
	uint32_t type_mask; /* of the flags that must be as in a plain access grant */
	bool may_be_transitive;
	uint64_t pins;
};

/*
 * Flags in the low half of an entry's first word, the domain in the high half.
 * Those for caches are for frames that are no RAM; there are none of these.
 */
static always_inline bool header_permits(uint32_t header, const struct entry_use *use)
{
	return (header & use->type_mask) == GTF_permit_access && header >> 16 == use->user &&
	       (!(use->shown & GTF_writing) || !(header & GTF_readonly));
}

static bool header_permits_v2(uint32_t header, const struct entry_use *use)
{
	if (use->may_be_transitive && (header & GTF_type_mask) == GTF_transitive)
		header ^= GTF_transitive ^ GTF_permit_access;
	return header_permits(header, use);
}

/* The granter takes an entry back by an exchange as well, so one of the two sees the other. */
static always_inline bool status_set_v1(struct xen_grant_entry_v1 *entry,
					const struct entry_use *use, uint32_t *header)
{
	uint32_t *word = (uint32_t *)entry;

	*header = __atomic_load_n(word, __ATOMIC_RELAXED);
	for (unsigned int round = 0; round < UNSTABLE_ROUNDS; round++) {
		if (!header_permits(*header, use))
			return false;
		if (__atomic_compare_exchange_n(word, header, *header | use->shown, false,
						__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static always_inline void status_clear(const struct grant_domain *g, uint32_t ref, uint32_t version,
				       uint16_t use)
{
	uint16_t *flags = version == 1 ? &grant_entry_v1(g, ref)->flags : grant_status_of(g, ref);

	__atomic_fetch_and(flags, (uint16_t)~use, __ATOMIC_SEQ_CST);
}

static uint16_t use_of(uint64_t pins)
{
	if (pins & PINS_WRITE)
		return GTF_reading | GTF_writing;
	return pins ? GTF_reading : 0;
}

/* The granter clears the entry, then looks at the status: so we look at the entry again after setting the status. */
static bool status_set_v2(const struct grant_domain *g, uint32_t ref, const struct entry_use *use,
			  uint32_t *header)
{
	const uint32_t *word = (const uint32_t *)grant_entry_v2(g, ref);

	*header = __atomic_load_n(word, __ATOMIC_RELAXED);
	if (!header_permits_v2(*header, use))
		return false;
	__atomic_fetch_or(grant_status_of(g, ref), use->shown, __ATOMIC_SEQ_CST);
	return __atomic_load_n(word, __ATOMIC_SEQ_CST) == *header;
}

/*
 * The use is shown to the granter; at the first one, what the entry says now
 * holds until the last. False: it doesn't permit that use.
 */
static always_inline bool entry_read_v1(const struct grant_domain *g, uint32_t ref,
					struct grant_active *active, const struct entry_use *use)
{
	struct xen_grant_entry_v1 *entry = grant_entry_v1(g, ref);
	uint32_t header;

	if (!status_set_v1(entry, use, &header))
		return false;
	if (active->pins)
		return true;
	active->domid = use->user;
	active->start = 0;
	active->length = PAGE_SIZE;
	active->is_sub_page = false;
	active->is_transitive = false;
	active->mfn = mfn_from(READ_ONCE(entry->frame));
	return true;
}

static never_inline bool entry_read_v2(const struct grant_domain *g, uint32_t ref,
				       struct grant_active *active, struct entry_use use)
{
	const union xen_grant_entry_v2 *entry = grant_entry_v2(g, ref);
	uint32_t header;

	if (!status_set_v2(g, ref, &use, &header)) {
		status_clear(g, ref, 2, use.shown & (uint16_t)~use_of(active->pins));
		return false;
	}
	if (active->pins)
		return true;
	active->domid = use.user;
	active->is_transitive = (header & GTF_type_mask) == GTF_transitive;
	active->is_sub_page = header & GTF_sub_page && !active->is_transitive;
	active->start = active->is_sub_page ? READ_ONCE(entry->sub_page.page_off) : 0;
	active->length = active->is_sub_page ? READ_ONCE(entry->sub_page.length) : PAGE_SIZE;
	if (active->is_transitive)
		active->mfn = mfn_from(READ_ONCE(entry->transitive.gref) |
				       (uint64_t)READ_ONCE(entry->transitive.trans_domid) << 32);
	else
		active->mfn = mfn_from(READ_ONCE(entry->full_page.frame));
	return true;
}

/* Pinned before: the entry must have been meant for this use then. */
static always_inline bool active_permits(const struct grant_active *active,
					 const struct entry_use *use)
{
	return active->domid == use->user && !((active->pins + use->pins) & PINS_OVERFLOW) &&
	       (!active->is_sub_page || !(use->type_mask & GTF_sub_page)) &&
	       (!active->is_transitive || use->may_be_transitive);
}

static always_inline int16_t pin_locked(const struct grant_domain *g, uint32_t ref,
					uint32_t version, struct grant_active *active,
					const struct entry_use *use)
{
	bool is_permitted = !active->pins || active_permits(active, use);

	if (is_permitted &&
	    (!active->pins || (use->pins & PINS_WRITE && !(active->pins & PINS_WRITE))))
		is_permitted = likely(version == 1) ? entry_read_v1(g, ref, active, use)
						    : entry_read_v2(g, ref, active, *use);
	if (unlikely(!is_permitted))
		return GNTST_general_error;
	active->pins += use->pins;
	return GNTST_okay;
}

static always_inline void unpin_locked(const struct grant_domain *g, uint32_t ref, uint32_t version,
				       struct grant_active *active, uint64_t pins)
{
	uint16_t gone = use_of(active->pins);

	active->pins -= pins;
	BUG_ON(active->pins & PINS_OVERFLOW);
	gone &= (uint16_t)~use_of(active->pins);
	if (gone)
		status_clear(g, ref, version, gone);
}

int16_t entry_pin(struct domain *d, uint32_t ref, domid_t user, uint64_t pins, bool is_copy,
		  struct grant_extent *extent)
{
	const struct entry_use use = {
		.user = user,
		.shown = use_of(pins),
		.type_mask = is_copy ? GTF_type_mask : GTF_type_mask | GTF_sub_page,
		.may_be_transitive = is_copy,
		.pins = pins,
	};
	const struct grant_domain *g = d->grant;
	uint32_t version;
	struct grant_active *active = active_lock(g, ref, &version);
	int16_t status;

	if (unlikely(!active))
		return GNTST_bad_gntref;
	status = pin_locked(g, ref, version, active, &use);
	extent->mfn = active->mfn;
	extent->start = active->start;
	extent->length = active->length;
	extent->is_transitive = active->is_transitive;
	spin_unlock(&active->lock);
	return status;
}

void entry_unpin(struct domain *d, uint32_t ref, uint64_t pins)
{
	uint32_t version;
	struct grant_active *active = active_lock(d->grant, ref, &version);

	BUG_ON(!active);
	unpin_locked(d->grant, ref, version, active, pins);
	spin_unlock(&active->lock);
}

mfn_t entry_pinned_mfn(const struct domain *d, uint32_t ref)
{
	return grant_active_of(d->grant, ref)->mfn;
}

int16_t frame_take(struct domain *d, mfn_t mfn, bool writable, struct page **out)
{
	struct page *page;

	if (unlikely(!mfn_is_valid(mfn)))
		return GNTST_bad_page;
	page = mfn_to_page(mfn);
	if (unlikely(!page_get_inline(page, page_owner_frame(d))))
		return writable ? GNTST_general_error : GNTST_bad_page;
	if (writable && unlikely(page_get_writable_inline(page))) {
		page_put(page);
		return GNTST_general_error;
	}
	*out = page;
	return GNTST_okay;
}

void frame_drop(struct page *page, bool writable)
{
	if (writable)
		page_put_writable_inline(page);
	page_put_inline(page);
}

static void entries_exchange(const struct grant_domain *g, uint32_t version, uint32_t a, uint32_t b)
{
	if (version == 1) {
		struct xen_grant_entry_v1 *x = grant_entry_v1(g, a), *y = grant_entry_v1(g, b);
		struct xen_grant_entry_v1 saved = *x;

		*x = *y;
		*y = saved;
	} else {
		union xen_grant_entry_v2 *x = grant_entry_v2(g, a), *y = grant_entry_v2(g, b);
		union xen_grant_entry_v2 saved = *x;

		*x = *y;
		*y = saved;
	}
}

/* The table's lock keeps the version. */
int16_t entry_swap(struct domain *d, uint32_t a, uint32_t b)
{
	struct grant_domain *g = d->grant;
	int16_t status = GNTST_bad_gntref;

	spin_lock(&g->lock);
	if (a < grant_nr_entries(g, g->version) && b < grant_nr_entries(g, g->version)) {
		struct grant_active *x = grant_active_of(g, a), *y = grant_active_of(g, b);

		spin_lock_pair(&x->lock, &y->lock);
		status = GNTST_okay;
		if (a != b && (x->pins || y->pins))
			status = GNTST_eagain;
		else if (a != b)
			entries_exchange(g, g->version, a, b);
		spin_unlock_pair(&x->lock, &y->lock);
	}
	spin_unlock(&g->lock);
	return status;
}

/* The entry's first word, from `before`; the guest may change it at any time. */
static bool header_replace(uint32_t *word, uint32_t before, uint32_t after)
{
	return __atomic_compare_exchange_n(word, &before, after, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

static void accepted_frame_write(const struct grant_domain *g, uint32_t ref, uint32_t version,
				 mfn_t mfn)
{
	if (version == 1)
		WRITE_ONCE(grant_entry_v1(g, ref)->frame, (uint32_t)mfn.n);
	else
		WRITE_ONCE(grant_entry_v2(g, ref)->full_page.frame, mfn.n);
}

/* Both versions begin with flags and domain. Once committed the granter leaves the entry alone until it is completed. */
int16_t entry_accept(struct domain *d, uint32_t ref, domid_t from, struct page *page)
{
	const uint32_t offered = GTF_accept_transfer | (uint32_t)from << 16;
	const uint32_t committed = offered | GTF_transfer_committed;
	const struct grant_domain *g = d->grant;
	int16_t status = GNTST_general_error;
	struct grant_active *active;
	uint32_t version, *word;

	active = active_lock(g, ref, &version);
	if (!active)
		return GNTST_bad_gntref;
	word = version == 1 ? (uint32_t *)grant_entry_v1(g, ref)
			    : (uint32_t *)grant_entry_v2(g, ref);
	if (!active->pins && header_replace(word, offered, committed)) {
		if (heap_assign_pages(d, page, 0, 0) == 0) {
			accepted_frame_write(g, ref, version, page_to_mfn(page));
			__atomic_fetch_or((uint16_t *)word, GTF_transfer_completed,
					  __ATOMIC_SEQ_CST);
			status = GNTST_okay;
		} else if (!header_replace(word, committed, offered)) {
			printk_guest(LOG_INFO, "d%u changed a committed grant entry", d->id);
		}
	}
	spin_unlock(&active->lock);
	return status;
}
