/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "../../../hypervisor/grant/grant_internal.h"
#include "hv/errno.h"
#include "hv/heap.h"

struct domain *granter, *mapper, *control;
struct page *granter_pages[NR_PAGES], *mapper_pages[NR_PAGES];
unsigned int domain_flushes;
void (*flush_hook)(void);
bool shares_are_held;

static unsigned int objects_at_start;

/* domain/: threads take references. */

bool domain_get(struct domain *d)
{
	__atomic_fetch_add(&d->references, 1, __ATOMIC_SEQ_CST);
	return true;
}

void domain_put(struct domain *d)
{
	if (__atomic_fetch_sub(&d->references, 1, __ATOMIC_SEQ_CST) == 0)
		abort();
}

struct domain *domain_get_by_id(domid_t id)
{
	struct domain *domains[] = {granter, mapper, control};

	for (unsigned int i = 0; i < NR_GRANT_DOMAINS; i++)
		if (domains[i]->id == id && domain_get(domains[i]))
			return domains[i];
	return NULL;
}

struct domain *domain_get_by_id_or_self(domid_t id)
{
	return domain_get_by_id(id == DOMID_SELF ? current_vcpu()->domain->id : id);
}

void domain_crash(struct domain *d, const char *format, ...)
{
	abort();
}

/* mm/ */

bool heap_unshare(void *address)
{
	struct page *page = virt_to_page(address);

	if (shares_are_held || (page->count_info & PAGE_COUNT_MASK) != 1)
		return false;
	page_set_owner(page, NULL);
	page->count_info = PAGE_HYPERVISOR | 1;
	page->type_info = 0;
	return true;
}

bool heap_steal_page(struct domain *d, struct page *page)
{
	if (page_owner(page) != d || page->count_info != (PAGE_ALLOCATED | 1))
		return false;
	page_set_owner(page, NULL);
	page->count_info = 0;
	return true;
}

void heap_return_page(struct domain *d, struct page *page)
{
	page_set_owner(page, d);
	page->count_info = PAGE_ALLOCATED | 1;
}

void heap_uncharge(struct domain *d, uint64_t nr_pages)
{
	d->tot_pages -= (uint32_t)nr_pages;
}

int heap_assign_pages(struct domain *d, struct page *page, unsigned int order, uint32_t flags)
{
	if (d->tot_pages == d->max_pages)
		return -E2BIG;
	d->tot_pages++;
	heap_return_page(d, page);
	return 0;
}

void tlb_flush_domain(const struct domain *d, unsigned int flags, uint64_t address)
{
	__atomic_fetch_add(&domain_flushes, 1, __ATOMIC_SEQ_CST);
	if (flush_hook)
		flush_hook();
}

/* Life. */

static const struct domain_create_arguments arguments_good = {
	.max_grant_frames = MAX_GRANT_FRAMES,
	.max_maptrack_frames = MAX_HANDLE_PAGES,
	.max_grant_version = 2,
};

static struct domain *domain_start(domid_t id, uint32_t nr_vcpus)
{
	struct domain *d = fake_domain_create(id, nr_vcpus);

	if (grant_module_registration->init_domain(d, &arguments_good))
		abort();
	return d;
}

void fixture_start(void)
{
	fake_machine_start();
	fake_cpus_set_online(FAKE_NR_CPUS);
	memset(slots, 0, sizeof(slots));
	domain_flushes = 0;
	flush_hook = NULL;
	shares_are_held = false;
	objects_at_start = fake_heap_nr_objects();
	control = domain_start(0, 1);
	control->is_control = true;
	granter = domain_start(GRANTER_ID, 1);
	mapper = domain_start(MAPPER_ID, 2);
	for (unsigned int i = 0; i < NR_PAGES; i++) {
		granter_pages[i] = heap_alloc_domain(granter, 0, HEAP_FLAG_DEFAULT);
		mapper_pages[i] = heap_alloc_domain(mapper, 0, HEAP_FLAG_DEFAULT);
	}
	fixture_act_as(mapper, 0);
}

void fixture_act_as(struct domain *d, uint32_t vcpu)
{
	fake_current_set(d->vcpu[vcpu]);
}

void fixture_kill(struct domain *d)
{
	int error = -ERESTART;

	d->state = DOMAIN_DYING;
	while (error == -ERESTART)
		error = grant_module_registration->relinquish(d);
	if (error)
		abort();
	page_tables_end(d);
	d->state = DOMAIN_DEAD;
}

static bool pages_are_returned(void)
{
	for (unsigned int i = 0; i < NR_PAGES; i++)
		if (count_of(granter_pages[i]) != 1 || uses_of(granter_pages[i]) ||
		    count_of(mapper_pages[i]) != 1 || uses_of(mapper_pages[i]))
			return false;
	return true;
}

bool fixture_end(void)
{
	struct domain *domains[] = {granter, mapper, control};

	percpu_softirq_pending = 0;
	for (unsigned int i = 0; i < NR_GRANT_DOMAINS; i++)
		if (domains[i]->state != DOMAIN_DEAD)
			fixture_kill(domains[i]);
	for (unsigned int i = 0; i < NR_GRANT_DOMAINS; i++) {
		if (domains[i]->references != 1)
			return false;
		if (grant_module_registration->drain(domains[i]))
			return false;
		grant_module_registration->fini_domain(domains[i]);
	}
	return pages_are_returned() && fake_heap_nr_objects() == objects_at_start;
}

bool fixture_creation_fails(unsigned int n)
{
	struct domain *d = fake_domain_create(7, 0);
	unsigned int objects = fake_heap_nr_objects(), pages = fake_heap_nr_pages();
	int error;

	fake_heap_limit(n);
	error = grant_module_registration->init_domain(d, &arguments_good);
	fake_heap_unlimit();
	if (!error)
		grant_module_registration->fini_domain(d);
	if (d->grant || fake_heap_nr_objects() != objects || fake_heap_nr_pages() != pages)
		abort();
	return error;
}

struct domain *fixture_create_large(struct page **frame)
{
	struct domain_create_arguments arguments = arguments_good;
	struct domain *d = fake_domain_create(7, 0);

	mfn_t mfn;

	arguments.max_grant_frames = LARGE_GRANT_FRAMES;
	if (grant_module_registration->init_domain(d, &arguments) ||
	    grant_get_shared_frame(d, LARGE_GRANT_FRAMES - 1, false, &mfn))
		abort();
	*frame = mfn_to_page(mfn);
	return d;
}

int64_t grant_op(uint32_t command, void *argument, uint64_t count)
{
	uint64_t arguments[3] = {command, (uint64_t)argument, count};

	for (;;) {
		unsigned int before = fake_rewind.count;
		int64_t result = hypercall_grant_table_op(arguments[0], arguments[1], arguments[2]);

		if (fake_rewind.count == before)
			return result;
		memcpy(arguments, fake_rewind.arguments, sizeof(arguments));
	}
}

uint64_t slot_address(unsigned int slot)
{
	return SLOT_ADDRESS + slot * PAGE_SIZE;
}

uint64_t slot_machine_address(unsigned int slot)
{
	return SLOT_MACHINE + slot * sizeof(uint64_t);
}

struct xen_grant_entry_v1 *entry_v1(uint32_t ref)
{
	return grant_entry_v1(granter->grant, ref);
}

union xen_grant_entry_v2 *entry_v2(uint32_t ref)
{
	return grant_entry_v2(granter->grant, ref);
}

uint16_t *entry_status(uint32_t ref)
{
	return grant_status_of(granter->grant, ref);
}

void grant_page(uint32_t ref, const struct domain *to, const struct page *page, uint16_t flags)
{
	*entry_v1(ref) = (struct xen_grant_entry_v1){
		.flags = GTF_permit_access | flags,
		.domid = to->id,
		.frame = (uint32_t)page_to_mfn(page).n,
	};
}

void grant_page_v2(uint32_t ref, const struct domain *to, const struct page *page, uint16_t flags)
{
	entry_v2(ref)->full_page.frame = page_to_mfn(page).n;
	entry_v2(ref)->hdr.domid = to->id;
	entry_v2(ref)->hdr.flags = GTF_permit_access | flags;
}

uint64_t count_of(const struct page *page)
{
	return page->count_info & PAGE_COUNT_MASK;
}

uint64_t uses_of(const struct page *page)
{
	return page->type_info & PAGE_TYPE_COUNT_MASK;
}

struct xen_gnttab_map_grant_ref map_slot(uint32_t ref, unsigned int slot, uint32_t flags)
{
	struct xen_gnttab_map_grant_ref op = {
		.host_addr = flags & GNTMAP_contains_pte ? slot_machine_address(slot)
							 : slot_address(slot),
		.flags = flags,
		.ref = ref,
		.dom = GRANTER_ID,
		.handle = 0x5a5a5a5a,
	};

	if (grant_op(GNTTABOP_map_grant_ref, &op, 1))
		abort();
	return op;
}

int16_t unmap_slot(uint32_t handle, unsigned int slot)
{
	struct xen_gnttab_unmap_grant_ref op = {.host_addr = slot_address(slot), .handle = handle};

	if (grant_op(GNTTABOP_unmap_grant_ref, &op, 1))
		abort();
	return op.status;
}

int64_t set_version(uint32_t version)
{
	struct xen_gnttab_set_version op = {.version = version};

	return grant_op(GNTTABOP_set_version, &op, 1);
}
