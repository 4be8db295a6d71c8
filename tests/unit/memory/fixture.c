/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See fixture.h. */
#include <stdlib.h>
#include <string.h>
#include "fixture.h"
#include "hv/boot.h"
#include "hv/errno.h"
#include "hv/grant.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/heap.h"
#include "hv/percpu.h"
#include "hv/softirq.h"

struct domain *control, *guest, *other;
char window[WINDOW_BYTES] aligned_to(4096);
uint32_t grant_frames = 64;
uint64_t free_at_start;
struct boot_information boot_information;

static bool window_has(uint64_t address, size_t bytes)
{
	uint64_t inside = address - (uint64_t)window;

	return inside <= WINDOW_BYTES && bytes <= WINDOW_BYTES - inside;
}

int guest_copy_from(void *to, uint64_t guest_address, size_t bytes)
{
	if (fake_guest_access_hook)
		fake_guest_access_hook(guest_address, bytes, false);
	if (!window_has(guest_address, bytes))
		return -EFAULT;
	memcpy(to, (const void *)guest_address, bytes);
	return 0;
}

int guest_copy_to(uint64_t guest_address, const void *from, size_t bytes)
{
	if (fake_guest_access_hook)
		fake_guest_access_hook(guest_address, bytes, true);
	if (!window_has(guest_address, bytes))
		return -EFAULT;
	memcpy((void *)guest_address, from, bytes);
	return 0;
}

mfn_t m2p_frame(uint64_t index)
{
	return mfn_from(index == 1 ? INVALID_FRAME : 0x500 + index);
}

uint32_t grant_max_shared_frames(const struct domain *d, bool status)
{
	return status ? 0 : grant_frames;
}

int grant_get_shared_frame(struct domain *d, uint32_t index, bool status, mfn_t *out)
{
	if (status || index >= grant_frames)
		return -EINVAL;
	*out = mfn_from(0x7000 + index);
	return 0;
}

void fixture_start(void)
{
	fake_machine_start();
	for (uint64_t n = 0; n < END_FRAME; n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	heap_add_range(mfn_from(FIRST_FRAME), END_FRAME - FIRST_FRAME, 0);
	heap_start_scrub();
	control = fake_domain_create(0, 1);
	control->is_control = true;
	control->is_hardware = true;
	guest = fake_domain_create(5, 1);
	other = fake_domain_create(6, 1);
	boot_information.nr_ranges = 3;
	boot_information.ranges[0] = (struct boot_range){0, 0x9f000, BOOT_RANGE_RAM};
	boot_information.ranges[1] = (struct boot_range){0xf0000, 0x10000, BOOT_RANGE_RESERVED};
	boot_information.ranges[2] = (struct boot_range){0x100000, (END_FRAME - 256) << PAGE_SHIFT,
							 BOOT_RANGE_RAM};
	free_at_start = heap_nr_free_pages();
	fixture_clear();
}

static void domain_clear(struct domain *d)
{
	struct page *page;

	d->state = DOMAIN_ALIVE;
	while ((page = page_list_first(&d->page_list)))
		page_put_allocated(page);
	if (heap_set_claim(d, 0))
		abort();
	d->max_pages = MAX_PAGES;
	object_free(d->arch.memory_map);
	d->arch.memory_map = NULL;
}

void fixture_clear(void)
{
	fixture_preempt(false);
	fake_guest_access_hook = NULL;
	domain_clear(control);
	domain_clear(guest);
	domain_clear(other);
	while (heap_scrub_step())
		;
	fixture_act_as(control);
	memset(window, 0, sizeof(window));
}

void fixture_act_as(struct domain *d)
{
	fake_current_set(d->vcpu[0]);
}

void fixture_preempt(bool always)
{
	this_cpu(softirq_pending) = always ? 1u << SOFTIRQ_TIMER : 0;
}

int64_t fixture_memory_op(uint64_t command, const void *argument, unsigned int *nr_calls)
{
	uint64_t address = (uint64_t)argument;
	unsigned int nr = 0;
	int64_t rc;

	for (;;) {
		unsigned int before = fake_rewind.count;

		rc = hypercall_memory_op(command, address);
		nr++;
		if (fake_rewind.count == before)
			break;
		command = fake_rewind.arguments[0];
		address = fake_rewind.arguments[1];
	}
	if (nr_calls)
		*nr_calls = nr;
	return rc;
}

static bool domain_is_consistent(const struct domain *d)
{
	uint64_t nr = 0;
	struct page *page;

	for (page = page_list_first(&d->page_list); page;
	     page = page_list_next(&d->page_list, page)) {
		nr++;
		if (page_owner(page) != d ||
		    (page->count_info & (PAGE_ALLOCATED | PAGE_FREE | PAGE_HYPERVISOR)) !=
			    PAGE_ALLOCATED)
			return false;
	}
	return nr == d->tot_pages && nr == d->page_list.nr_pages && nr <= d->max_pages &&
	       d->references == (nr ? 2 : 1);
}

bool fixture_is_consistent(void)
{
	uint64_t claimed = control->outstanding_pages + guest->outstanding_pages +
			   other->outstanding_pages;

	return domain_is_consistent(control) && domain_is_consistent(guest) &&
	       domain_is_consistent(other) && heap_nr_claimed_pages() == claimed &&
	       heap_nr_free_pages() + control->tot_pages + guest->tot_pages + other->tot_pages ==
		       free_at_start;
}
