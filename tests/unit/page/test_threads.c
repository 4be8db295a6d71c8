/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several threads on one page: counts end where they began, two types are never held at once. */
#include <pthread.h>
#include <stdbool.h>

#include "hv/errno.h"
#include "neighbours.h"

#define NR_THREADS 4
#define NR_ROUNDS 20000

static struct page *page;
static struct domain *owner;
static int holders[2]; /* of WRITABLE, of L1 */
static int nr_bad;

static void *references_run(void *data)
{
	fake_cpu_enter((unsigned int)(uintptr_t)data);
	for (unsigned int i = 0; i < NR_ROUNDS; i++)
		if (page_get(page, owner))
			page_put(page);
		else
			__atomic_fetch_add(&nr_bad, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void *types_run(void *data)
{
	unsigned int self = (unsigned int)(uintptr_t)data;

	fake_cpu_enter(self);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		unsigned int mine = (i / 64 + self) & 1;

		if (page_get_and_type(page, owner, mine ? PAGE_TYPE_L1 : PAGE_TYPE_WRITABLE))
			continue;
		__atomic_fetch_add(&holders[mine], 1, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&holders[!mine], __ATOMIC_SEQ_CST))
			__atomic_fetch_add(&nr_bad, 1, __ATOMIC_SEQ_CST);
		__atomic_fetch_sub(&holders[mine], 1, __ATOMIC_SEQ_CST);
		page_put_and_type(page);
	}
	return NULL;
}

static int race(void *(*run)(void *data))
{
	pthread_t threads[NR_THREADS];

	owner = fake_domain_create(3, 1);
	page = page_new(owner);
	nr_bad = 0;
	for (uintptr_t i = 0; i < NR_THREADS; i++)
		pthread_create(&threads[i], NULL, run, (void *)i);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	if ((page->count_info & PAGE_COUNT_MASK) != 1 || (page->type_info & PAGE_TYPE_COUNT_MASK))
		nr_bad++;
	return nr_bad;
}

int threads_race_for_references(void)
{
	return race(references_run);
}

int threads_race_for_types(void)
{
	return race(types_run);
}
