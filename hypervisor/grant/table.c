/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's grant table: its frames, which only grow, and its life. Frames are
 * the hypervisor's, shared with the domain; who else maps them (tools, by
 * XENMEM_acquire_resource) may outlive it, so each keeps a dying domain by a
 * reference until it is mapped no more.
 */
#include "grant_internal.h"

#include "hv/continuation.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"

#define FRAMES_LIMIT 65536u
#define MAPPING_PAGES_LIMIT 65536u
#define PIECES_AT_ONCE 16

uint32_t grant_max_status_frames(const struct grant_domain *g)
{
	return (g->max_frames + (uint32_t)FRAMES_PER_STATUS_FRAME - 1) /
	       (uint32_t)FRAMES_PER_STATUS_FRAME;
}

static void active_free(struct grant_domain *g, uint32_t frame)
{
	for (unsigned int i = 0; i < ACTIVE_PAGES_PER_FRAME; i++) {
		struct grant_active **page = &g->active[frame * ACTIVE_PAGES_PER_FRAME + i];

		heap_free(*page, 0);
		*page = NULL;
	}
}

static int active_alloc(struct grant_domain *g, uint32_t frame)
{
	for (unsigned int i = 0; i < ACTIVE_PAGES_PER_FRAME; i++) {
		struct grant_active *page = heap_alloc(0, HEAP_FLAG_DEFAULT);

		if (!page) {
			active_free(g, frame);
			return -ENOMEM;
		}
		for (unsigned int n = 0; n < ACTIVE_PER_PAGE; n++)
			spinlock_init(&page[n].lock, LOCK_grant_entry);
		g->active[frame * ACTIVE_PAGES_PER_FRAME + i] = page;
	}
	return 0;
}

static void *frame_alloc(struct domain *d)
{
	void *frame = heap_alloc(0, HEAP_FLAG_DEFAULT);

	if (frame)
		heap_share_with(frame, d, true);
	return frame;
}

static int frame_add(struct domain *d, struct grant_domain *g)
{
	uint32_t index = g->nr_frames;

	if (active_alloc(g, index))
		return -ENOMEM;
	g->frames[index] = frame_alloc(d);
	if (!g->frames[index]) {
		active_free(g, index);
		return -ENOMEM;
	}
	__atomic_store_n(&g->nr_frames, index + 1, __ATOMIC_RELEASE);
	return 0;
}

int grant_grow_status(struct domain *d)
{
	struct grant_domain *g = d->grant;

	while (g->nr_status_frames * FRAMES_PER_STATUS_FRAME < g->nr_frames) {
		uint16_t *frame = frame_alloc(d);

		if (!frame)
			return -ENOMEM;
		g->status[g->nr_status_frames] = frame;
		__atomic_store_n(&g->nr_status_frames, g->nr_status_frames + 1, __ATOMIC_RELEASE);
	}
	return 0;
}

/* The status frame comes before the entries that need it. */
static int status_prepare(struct domain *d, struct grant_domain *g)
{
	uint16_t *frame;

	if (g->version != 2 || g->nr_status_frames * FRAMES_PER_STATUS_FRAME > g->nr_frames)
		return 0;
	frame = frame_alloc(d);
	if (!frame)
		return -ENOMEM;
	g->status[g->nr_status_frames] = frame;
	__atomic_store_n(&g->nr_status_frames, g->nr_status_frames + 1, __ATOMIC_RELEASE);
	return 0;
}

int grant_grow(struct domain *d, uint32_t nr_frames)
{
	struct grant_domain *g = d->grant;
	int error = 0;

	if (nr_frames > g->max_frames)
		return -EINVAL;
	if (nr_frames <= __atomic_load_n(&g->nr_frames, __ATOMIC_ACQUIRE))
		return 0;
	spin_lock(&g->lock);
	if (domain_is_dying(d))
		error = -EINVAL;
	while (!error && g->nr_frames < nr_frames) {
		error = status_prepare(d, g);
		if (!error)
			error = frame_add(d, g);
	}
	spin_unlock(&g->lock);
	return error;
}

int grant_get_shared_frame(struct domain *d, uint32_t index, bool status, mfn_t *out)
{
	struct grant_domain *g = d->grant;
	int error;

	if (!g)
		return -EINVAL;
	if (index >= (status ? grant_max_status_frames(g) : g->max_frames))
		return -EINVAL;
	if (status && READ_ONCE(g->version) != 2)
		return -EINVAL;
	error = grant_grow(d, status ? index * (uint32_t)FRAMES_PER_STATUS_FRAME + 1 : index + 1);
	if (error)
		return error;
	*out = virt_to_mfn(status ? (void *)g->status[index] : g->frames[index]);
	return 0;
}

uint32_t grant_max_shared_frames(const struct domain *d, bool status)
{
	const struct grant_domain *g = d->grant;

	if (!g)
		return 0;
	if (!status)
		return g->max_frames;
	return g->max_version >= 2 ? grant_max_status_frames(g) : 0;
}

/* The n-th of all frames, those of status behind the others. */
static void *frame_of(const struct grant_domain *g, uint32_t n)
{
	return n < g->nr_frames ? g->frames[n] : (void *)g->status[n - g->nr_frames];
}

/* Who maps a frame keeps the domain by it. Others may still have entries in it pinned, so it is freed only with the domain. */
static int frames_return(struct domain *d)
{
	struct grant_domain *g = d->grant;

	/* Who was adding frames while the domain began to die is through. */
	spin_lock(&g->lock);
	spin_unlock(&g->lock);
	while (g->nr_returned < g->nr_frames + g->nr_status_frames) {
		BUG_ON(!domain_get(d));
		heap_unshare_when_unused(frame_of(g, g->nr_returned++));
		if (g->nr_returned % 64 == 0 && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

static int grant_relinquish(struct domain *d)
{
	int error = d->grant ? mapping_relinquish(d) : 0;

	return error || !d->grant ? error : frames_return(d);
}

/* A domain that was never alive still has its frames. */
static void frame_free(void *frame)
{
	BUG_ON(page_owner(virt_to_page(frame)) && !heap_unshare(frame));
	heap_free(frame, 0);
}

/* False: nothing is left to free. */
static bool piece_free(struct grant_domain *g)
{
	if (g->nr_frames) {
		g->nr_frames--;
		active_free(g, g->nr_frames);
		frame_free(g->frames[g->nr_frames]);
	} else if (g->nr_status_frames) {
		frame_free(g->status[--g->nr_status_frames]);
	} else if (g->nr_mapping_pages) {
		heap_free(g->mappings[--g->nr_mapping_pages], 0);
	} else {
		return false;
	}
	return true;
}

static int grant_drain(struct domain *d)
{
	for (unsigned int n = 1; d->grant && piece_free(d->grant); n++)
		if (n % PIECES_AT_ONCE == 0 && softirq_is_pending())
			return -ERESTART;
	return 0;
}

static void grant_free(struct grant_domain *g)
{
	while (piece_free(g))
		;
	object_free(g->mappings);
	object_free(g->active);
	object_free(g->status);
	object_free(g->frames);
	object_free(g);
}

static struct grant_domain *grant_alloc(const struct domain_create_arguments *arguments)
{
	uint32_t max_frames = arguments->max_grant_frames;
	struct grant_domain *g = object_alloc(sizeof(*g));

	if (!g)
		return NULL;
	spinlock_init(&g->lock, LOCK_grant_table);
	spinlock_init(&g->maptrack_lock, LOCK_grant_maptrack);
	g->version = 1;
	g->max_frames = max_frames;
	g->max_version = arguments->max_grant_version;
	g->max_mapping_pages = arguments->max_maptrack_frames;
	g->free_list = HANDLE_NONE;
	g->frames = object_alloc_array(max_frames, sizeof(g->frames[0]));
	g->status = object_alloc_array(grant_max_status_frames(g), sizeof(g->status[0]));
	g->active = object_alloc_array(max_frames * ACTIVE_PAGES_PER_FRAME, sizeof(g->active[0]));
	g->mappings = object_alloc_array(MAX(g->max_mapping_pages, 1U), sizeof(g->mappings[0]));
	if (g->frames && g->status && g->active && g->mappings)
		return g;
	grant_free(g);
	return NULL;
}

static int grant_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	int error;

	if (arguments->is_idle)
		return 0;
	if (arguments->max_grant_frames - 1 >= FRAMES_LIMIT ||
	    arguments->max_maptrack_frames > MAPPING_PAGES_LIMIT ||
	    arguments->max_grant_version - 1 > 1)
		return -EINVAL;
	d->grant = grant_alloc(arguments);
	if (!d->grant)
		return -ENOMEM;
	/* The tool stack's entries are there from the start. */
	error = grant_grow(d, 1);
	if (error) {
		grant_free(d->grant);
		d->grant = NULL;
	}
	return error;
}

static void grant_fini_domain(struct domain *d)
{
	if (!d->grant)
		return;
	grant_free(d->grant);
	d->grant = NULL;
}

void grant_dump_domain(struct domain *d)
{
	const struct grant_domain *g = d->grant;

	if (g)
		printk_raw("  grants: version %u, %u of %u frames, %u of %u pages of handles\n",
			   g->version, g->nr_frames, g->max_frames, g->nr_mapping_pages,
			   g->max_mapping_pages);
}

static const struct domain_module grant_module = {
	.name = "grant",
	.init_domain = grant_init_domain,
	.fini_domain = grant_fini_domain,
	.relinquish = grant_relinquish,
	.drain = grant_drain,
	.dump_domain = grant_dump_domain,
};
DOMAIN_MODULE(40, grant_module);
