/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch between the versions of the table. Entries are lost in it, but
 * those of the tool stack, which are converted; no entry may be in use.
 */
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/string.h"

#define FLAGS_IN_USE (GTF_reading | GTF_writing)

/* A reserved entry between two versions. */
struct entry_image {
	uint16_t flags;
	domid_t domid;
	uint64_t frame;
};

static void image_read_v1(const struct grant_domain *g, uint32_t ref, struct entry_image *image)
{
	const struct xen_grant_entry_v1 *entry = grant_entry_v1(g, ref);

	image->flags = READ_ONCE(entry->flags);
	image->domid = READ_ONCE(entry->domid);
	image->frame = READ_ONCE(entry->frame);
}

static void image_read_v2(const struct grant_domain *g, uint32_t ref, struct entry_image *image)
{
	const union xen_grant_entry_v2 *entry = grant_entry_v2(g, ref);

	image->flags = READ_ONCE(entry->hdr.flags);
	image->domid = READ_ONCE(entry->hdr.domid);
	image->frame = READ_ONCE(entry->full_page.frame);
}

/* What the other version can say too. */
static int image_check(const struct entry_image *image)
{
	if ((image->flags & GTF_type_mask) == GTF_invalid)
		return 0;
	if ((image->flags & GTF_type_mask) == GTF_transitive || image->flags & GTF_sub_page ||
	    image->frame > UINT32_MAX)
		return -ERANGE;
	return 0;
}

static void image_write(const struct grant_domain *g, uint32_t version, uint32_t ref,
			const struct entry_image *image)
{
	uint16_t flags = image->flags & (uint16_t)~FLAGS_IN_USE;

	if ((flags & GTF_type_mask) == GTF_invalid)
		return;
	if (version == 1) {
		struct xen_grant_entry_v1 *entry = grant_entry_v1(g, ref);

		entry->domid = image->domid;
		entry->frame = (uint32_t)image->frame;
		__atomic_store_n(&entry->flags, flags, __ATOMIC_RELEASE);
	} else {
		union xen_grant_entry_v2 *entry = grant_entry_v2(g, ref);

		entry->hdr.domid = image->domid;
		entry->full_page.frame = image->frame;
		__atomic_store_n(&entry->hdr.flags, flags, __ATOMIC_RELEASE);
	}
}

/*
 * A lock that is free needn't be taken: who takes it from now on sees that the
 * version is changing, as that was stored before our look at the lock. Taking
 * all would be long: a table of 64 frames has 32,768.
 */
static uint64_t entry_pins(struct grant_active *active)
{
	uint64_t pins;

	if (likely(!spin_is_locked(&active->lock)))
		return __atomic_load_n(&active->pins, __ATOMIC_RELAXED);
	spin_lock(&active->lock);
	pins = active->pins;
	spin_unlock(&active->lock);
	return pins;
}

/* After this every user of an entry sees that the version is changing: he reads it under the entry's lock. */
static int entries_check_unused(const struct grant_domain *g)
{
	uint32_t nr = g->nr_frames * (uint32_t)ENTRIES_V1_PER_FRAME;

	for (uint32_t ref = 0; ref < nr; ref += ACTIVE_PER_PAGE) {
		struct grant_active *page = grant_active_of(g, ref);
		uint64_t pins = 0;

		for (uint32_t i = 0; i < ACTIVE_PER_PAGE; i++)
			pins |= entry_pins(&page[i]);
		if (pins)
			return -EBUSY;
	}
	return 0;
}

static int reserved_read(const struct grant_domain *g, uint32_t version, struct entry_image *images)
{
	int error = 0;

	for (uint32_t ref = 0; ref < GNTTAB_NR_RESERVED_ENTRIES && !error; ref++) {
		if (version == 1)
			image_read_v1(g, ref, &images[ref]);
		else
			image_read_v2(g, ref, &images[ref]);
		error = image_check(&images[ref]);
	}
	return error;
}

static int version_switch(struct domain *d, uint32_t from, uint32_t to)
{
	struct entry_image images[GNTTAB_NR_RESERVED_ENTRIES];
	struct grant_domain *g = d->grant;
	int error = entries_check_unused(g);

	if (!error)
		error = reserved_read(g, from, images);
	if (!error && to == 2)
		error = grant_grow_status(d);
	if (error)
		return error;
	for (uint32_t i = 0; i < g->nr_frames; i++)
		memset(g->frames[i], 0, PAGE_SIZE);
	for (uint32_t i = 0; i < g->nr_status_frames; i++)
		memset(g->status[i], 0, PAGE_SIZE);
	for (uint32_t ref = 0; ref < GNTTAB_NR_RESERVED_ENTRIES; ref++)
		image_write(g, to, ref, &images[ref]);
	return 0;
}

int grant_set_version(struct domain *d, uint32_t version)
{
	struct grant_domain *g = d->grant;
	uint32_t old;
	int error = 0;

	if (version != 1 && version != 2)
		return -EINVAL;
	if (version > g->max_version)
		return -ENOSYS;
	spin_lock(&g->lock);
	old = g->version;
	if (old != version) {
		__atomic_store_n(&g->version, VERSION_CHANGING, __ATOMIC_SEQ_CST);
		error = version_switch(d, old, version);
		__atomic_store_n(&g->version, error ? old : version, __ATOMIC_RELEASE);
	}
	spin_unlock(&g->lock);
	return error;
}
