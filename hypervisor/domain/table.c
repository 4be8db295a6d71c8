/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-up and references. Readers take no lock: a struct domain's memory stays
 * a struct domain for ever (unused ones wait in a list), so a stale pointer
 * may be asked for a reference; that fails at count 0, and a reference on a
 * successor in the same memory is noticed by its id and given back.
 */
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/string.h"
#include "lifecycle.h"

#define LEAF_SHIFT 9
#define LEAF_ENTRIES (1u << LEAF_SHIFT)
#define NR_LEAVES (DOMID_FIRST_RESERVED / LEAF_ENTRIES + 1)

static struct domain *
	*leaves[NR_LEAVES];	      /* written under list_lock, entries too; read at any time */
static struct domain *unused_structs; /* [domain_list] */
static struct spinlock list_lock = SPINLOCK_INIT(LOCK_domain_list);

static unsigned int struct_order(void)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < sizeof(struct domain))
		order++;
	return order;
}

struct domain *domain_struct_alloc(void)
{
	struct domain *d;

	spin_lock(&list_lock);
	d = unused_structs;
	if (d)
		unused_structs = d->next_free;
	spin_unlock(&list_lock);
	if (!d)
		return heap_alloc(struct_order(), HEAP_FLAG_DEFAULT);
	/* The count was 0 and is 0 in between: a stale reader can't get in. */
	memset(d, 0, sizeof(*d));
	return d;
}

void domain_struct_free(struct domain *d)
{
	ASSERT(d->references == 0);
	spin_lock(&list_lock);
	d->next_free = unused_structs;
	unused_structs = d;
	spin_unlock(&list_lock);
}

static struct domain *table_read(domid_t id)
{
	struct domain **leaf = __atomic_load_n(&leaves[id >> LEAF_SHIFT], __ATOMIC_ACQUIRE);

	return leaf ? __atomic_load_n(&leaf[id & (LEAF_ENTRIES - 1)], __ATOMIC_ACQUIRE) : NULL;
}

static int leaf_insert(domid_t id, struct domain *d, struct domain **fresh)
{
	struct domain ***leaf = &leaves[id >> LEAF_SHIFT];
	struct domain **entry;

	if (!*leaf)
		__atomic_store_n(leaf, fresh, __ATOMIC_RELEASE);
	entry = &(*leaf)[id & (LEAF_ENTRIES - 1)];
	if (*entry)
		return -EEXIST;
	__atomic_store_n(entry, d, __ATOMIC_RELEASE);
	return 0;
}

int domain_table_insert(struct domain *d)
{
	struct domain **fresh = NULL;
	int rc;

	if (!__atomic_load_n(&leaves[d->id >> LEAF_SHIFT], __ATOMIC_ACQUIRE)) {
		fresh = heap_alloc(0, HEAP_FLAG_DEFAULT);
		if (!fresh)
			return -ENOMEM;
	}
	spin_lock(&list_lock);
	rc = leaf_insert(d->id, d, fresh);
	if (leaves[d->id >> LEAF_SHIFT] == fresh)
		fresh = NULL;
	spin_unlock(&list_lock);
	if (fresh)
		heap_free(fresh, 0);
	return rc;
}

void domain_table_remove(struct domain *d)
{
	spin_lock(&list_lock);
	__atomic_store_n(&leaves[d->id >> LEAF_SHIFT][d->id & (LEAF_ENTRIES - 1)], NULL,
			 __ATOMIC_RELEASE);
	spin_unlock(&list_lock);
}

bool domain_id_is_used(domid_t id)
{
	return id < DOMID_FIRST_RESERVED && table_read(id);
}

bool domain_get(struct domain *d)
{
	uint32_t count = __atomic_load_n(&d->references, __ATOMIC_RELAXED);

	do {
		if (count == 0)
			return false;
		BUG_ON(count == UINT32_MAX);
	} while (!__atomic_compare_exchange_n(&d->references, &count, count + 1, true,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return true;
}

void domain_put(struct domain *d)
{
	uint32_t before = __atomic_fetch_sub(&d->references, 1, __ATOMIC_RELEASE);

	BUG_ON(before == 0);
	if (before == 1)
		tasklet_schedule(&d->destroy_tasklet);
}

struct domain *domain_get_by_id(domid_t id)
{
	struct domain *d;

	if (id >= DOMID_FIRST_RESERVED)
		return NULL;
	d = table_read(id);
	if (!d || !domain_get(d))
		return NULL;
	/* The memory may have become another domain between the read and the reference. */
	if (likely(d->id == id))
		return d;
	domain_put(d);
	return NULL;
}

struct domain *domain_get_by_id_or_self(domid_t id)
{
	struct domain *d = current_vcpu()->domain;

	if (id != DOMID_SELF && id != d->id)
		return domain_get_by_id(id);
	return domain_get(d) ? d : NULL;
}

/* First id >= from whose leaf exists, DOMID_FIRST_RESERVED at the end. */
static uint32_t leaf_skip(uint32_t from)
{
	while (from < DOMID_FIRST_RESERVED &&
	       !__atomic_load_n(&leaves[from >> LEAF_SHIFT], __ATOMIC_ACQUIRE))
		from = (from | (LEAF_ENTRIES - 1)) + 1;
	return from;
}

struct domain *domain_get_from(domid_t from)
{
	for (uint32_t id = leaf_skip(from); id < DOMID_FIRST_RESERVED; id = leaf_skip(id + 1)) {
		struct domain *d = domain_get_by_id((domid_t)id);

		if (d)
			return d;
	}
	return NULL;
}
