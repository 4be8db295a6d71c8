/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for mm/: an arena for the direct map and the frame table, allocators on it, guest memory. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "fake.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"

#define NR_FAULTS 8
#define OBJECT_MAGIC 0x0b1ec7u

uint64_t fake_direct_map_start, fake_frame_table_start, fake_m2p_start;
__attribute__((weak)) uint64_t frame_table_nr_frames = FAKE_NR_FRAMES;
void (*fake_guest_access_hook)(uint64_t address, size_t bytes, bool write);

static bool frame_used[FAKE_NR_FRAMES];
static unsigned int allocations_left, nr_objects, nr_pages;
static bool is_limited;
static struct {
	uint64_t start, end;
} faults[NR_FAULTS];

struct object {
	uint32_t magic;
	uint32_t padding[3];
	uint8_t bytes[] aligned_to(16);
};

static uint64_t map_anonymous(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return (uint64_t)p;
}

void fake_memory_start(void)
{
	if (fake_direct_map_start) {
		munmap((void *)fake_direct_map_start, DIRECT_MAP_BYTES);
		munmap((void *)fake_frame_table_start, FRAME_TABLE_BYTES);
		munmap((void *)fake_m2p_start, M2P_BYTES);
	}
	fake_direct_map_start = map_anonymous(DIRECT_MAP_BYTES);
	fake_frame_table_start = map_anonymous(FRAME_TABLE_BYTES);
	fake_m2p_start = map_anonymous(M2P_BYTES);
	memset((void *)fake_m2p_start, 0xff, M2P_BYTES);
	memset(frame_used, 0, sizeof(frame_used));
	memset(faults, 0, sizeof(faults));
	frame_used[0] = true;
	is_limited = false;
	nr_objects = nr_pages = 0;
	fake_guest_access_hook = NULL;
}

void fake_heap_limit(unsigned int nr_allocations)
{
	is_limited = true;
	allocations_left = nr_allocations;
}

void fake_heap_unlimit(void)
{
	is_limited = false;
}

unsigned int fake_heap_nr_objects(void)
{
	return nr_objects;
}

unsigned int fake_heap_nr_pages(void)
{
	return nr_pages;
}

static bool allocation_allowed(void)
{
	if (is_limited && allocations_left == 0)
		return false;
	allocations_left--;
	return true;
}

static bool frames_are_free(uint64_t first, uint64_t nr)
{
	for (uint64_t n = first; n < first + nr; n++)
		if (frame_used[n])
			return false;
	return true;
}

/* First frame of a free aligned block, 0 when there is none. */
static uint64_t frames_take(unsigned int order)
{
	uint64_t nr = 1UL << order;

	if (!allocation_allowed())
		return 0;
	for (uint64_t first = ROUND_UP(1, nr); first + nr <= FAKE_NR_FRAMES; first += nr) {
		if (!frames_are_free(first, nr))
			continue;
		memset(&frame_used[first], true, nr);
		memset(mfn_to_virt(mfn_from(first)), 0, nr << PAGE_SHIFT);
		memset(mfn_to_page(mfn_from(first)), 0, nr * sizeof(struct page));
		nr_pages += nr;
		return first;
	}
	return 0;
}

static void frames_give(uint64_t first, unsigned int order)
{
	memset(&frame_used[first], false, 1UL << order);
	nr_pages -= 1U << order;
}

__attribute__((weak)) void *heap_alloc(unsigned int order, uint32_t flags)
{
	uint64_t first = frames_take(order);

	for (uint64_t n = first; first && n < first + (1UL << order); n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	return first ? mfn_to_virt(mfn_from(first)) : NULL;
}

__attribute__((weak)) void heap_free(void *address, unsigned int order)
{
	if (address)
		frames_give(virt_to_mfn(address).n, order);
}

__attribute__((weak)) bool heap_needs_scrub(void)
{
	return false;
}

__attribute__((weak)) struct page *heap_alloc_domain(struct domain *d, unsigned int order,
						     uint32_t flags)
{
	uint64_t first = frames_take(order);

	for (uint64_t n = first; first && n < first + (1UL << order); n++) {
		mfn_to_page(mfn_from(n))->count_info = PAGE_ALLOCATED | 1;
		page_set_owner(mfn_to_page(mfn_from(n)), d);
		d->tot_pages++;
	}
	return first ? mfn_to_page(mfn_from(first)) : NULL;
}

__attribute__((weak)) struct page *heap_alloc_unowned(unsigned int order, uint32_t flags)
{
	uint64_t first = frames_take(order);

	return first ? mfn_to_page(mfn_from(first)) : NULL;
}

__attribute__((weak)) int heap_set_claim(struct domain *d, uint64_t wanted)
{
	(void)d;
	(void)wanted;
	return 0;
}

__attribute__((weak)) void heap_free_unowned(struct page *page, unsigned int order)
{
	frames_give(page_to_mfn(page).n, order);
}

__attribute__((weak)) int heap_assign_pages(struct domain *d, struct page *page, unsigned int order,
					    uint32_t flags)
{
	for (uint64_t i = 0; i < 1UL << order; i++) {
		page[i].count_info = PAGE_ALLOCATED | 1;
		page_set_owner(&page[i], d);
	}
	return 0;
}

__attribute__((weak)) void heap_release_domain_page(struct page *page)
{
	struct domain *d = page_owner(page);

	if (d)
		d->tot_pages--;
	page->count_info = 0;
	page->owner_frame = 0;
	frames_give(page_to_mfn(page).n, 0);
}

__attribute__((weak)) void heap_share_with(void *address, struct domain *d, bool writable)
{
	struct page *page = virt_to_page(address);

	page_set_owner(page, d);
	page->count_info = PAGE_HYPERVISOR | PAGE_ALLOCATED | 1;
	page->type_info = writable ? PAGE_TYPE_WRITABLE | 1 : PAGE_TYPE_NONE | 1;
}

__attribute__((weak)) bool heap_unshare(void *address)
{
	struct page *page = virt_to_page(address);

	page->owner_frame = 0;
	page->count_info = PAGE_HYPERVISOR | 1;
	page->type_info = 0;
	return true;
}

__attribute__((weak)) void heap_unshare_when_unused(void *address)
{
	page_put_allocated(virt_to_page(address));
}

__attribute__((weak)) void heap_release_shared_page(struct page *page)
{
	struct domain *d = page_owner(page);

	page->owner_frame = 0;
	page->count_info = PAGE_HYPERVISOR | 1;
	page->type_info = 0;
	domain_put(d);
}

__attribute__((weak)) void *object_alloc(size_t bytes)
{
	struct object *object;

	if (!allocation_allowed())
		return NULL;
	object = calloc(1, sizeof(*object) + bytes);
	object->magic = OBJECT_MAGIC;
	nr_objects++;
	return object->bytes;
}

__attribute__((weak)) void *object_alloc_array(size_t nr, size_t bytes)
{
	return object_alloc(nr * bytes);
}

__attribute__((weak)) void object_free(void *address)
{
	struct object *object;

	if (!address)
		return;
	object = container_of(address, struct object, bytes);
	if (object->magic != OBJECT_MAGIC)
		abort();
	object->magic = 0;
	nr_objects--;
	free(object);
}

/* One mapping of pages that need not be adjacent would need real aliases: only adjacent ones work. */
__attribute__((weak)) void *vmap_map(const mfn_t *mfns, unsigned int count, uint64_t pte_flags)
{
	for (unsigned int i = 1; i < count; i++)
		if (mfns[i].n != mfns[0].n + i)
			abort();
	return mfn_to_virt(mfns[0]);
}

__attribute__((weak)) void *vmap_map_contiguous(mfn_t first, unsigned int count, uint64_t pte_flags)
{
	return mfn_to_virt(first);
}

__attribute__((weak)) void vmap_unmap(void *address) {}

__attribute__((weak)) bool mfn_is_valid(mfn_t mfn)
{
	return mfn.n != 0 && mfn.n < FAKE_NR_FRAMES;
}

__attribute__((weak)) void m2p_set(mfn_t mfn, uint64_t gfn)
{
	((uint64_t *)M2P_START)[mfn.n] = gfn;
}

__attribute__((weak)) void m2p_clear(mfn_t first, uint64_t nr_frames)
{
	memset((uint64_t *)M2P_START + first.n, 0xff, nr_frames * sizeof(uint64_t));
}

__attribute__((weak)) uint64_t m2p_get(mfn_t mfn)
{
	return mfn.n < FAKE_NR_FRAMES ? ((uint64_t *)M2P_START)[mfn.n] : INVALID_FRAME;
}

__attribute__((weak)) bool page_get(struct page *page, const struct domain *d)
{
	if ((page->count_info & PAGE_COUNT_MASK) == 0 || page_owner(page) != d)
		return false;
	page->count_info++;
	return true;
}

__attribute__((weak)) struct domain *page_get_owner(struct page *page)
{
	struct domain *d = page_owner(page);

	return d && page_get(page, d) ? d : NULL;
}

__attribute__((weak)) void page_get_known(struct page *page)
{
	page->count_info++;
}

__attribute__((weak)) void page_put(struct page *page)
{
	if ((page->count_info & PAGE_COUNT_MASK) == 0)
		abort();
	if ((--page->count_info & PAGE_COUNT_MASK) != 0)
		return;
	if (page->count_info & PAGE_HYPERVISOR && page_owner(page))
		heap_release_shared_page(page);
	else
		heap_release_domain_page(page);
}

__attribute__((weak)) void page_put_allocated(struct page *page)
{
	if (!(page->count_info & PAGE_ALLOCATED))
		return;
	page->count_info &= ~PAGE_ALLOCATED;
	page_put(page);
}

__attribute__((weak)) int page_get_type(struct page *page, uint64_t type)
{
	if ((page->type_info & PAGE_TYPE_COUNT_MASK) && (page->type_info & PAGE_TYPE_MASK) != type)
		return -EINVAL;
	page->type_info = type | ((page->type_info & PAGE_TYPE_COUNT_MASK) + 1);
	return 0;
}

__attribute__((weak)) void page_put_type(struct page *page)
{
	if ((page->type_info & PAGE_TYPE_COUNT_MASK) == 0)
		abort();
	page->type_info--;
}

__attribute__((weak)) int page_get_and_type(struct page *page, const struct domain *d,
					    uint64_t type)
{
	int rc;

	if (!page_get(page, d))
		return -EINVAL;
	rc = page_get_type(page, type);
	if (rc)
		page_put(page);
	return rc;
}

__attribute__((weak)) void page_put_and_type(struct page *page)
{
	page_put_type(page);
	page_put(page);
}

void fake_guest_fault(const void *start, size_t bytes)
{
	if (bytes == 0) {
		memset(faults, 0, sizeof(faults));
		return;
	}
	for (unsigned int i = 0; i < NR_FAULTS; i++) {
		if (faults[i].end)
			continue;
		faults[i].start = (uint64_t)start;
		faults[i].end = (uint64_t)start + bytes;
		return;
	}
	abort();
}

/* How many bytes of an access come before the first that faults. */
static size_t guest_accessible(uint64_t address, size_t bytes, bool write)
{
	uint64_t end = address + bytes;

	if (fake_guest_access_hook)
		fake_guest_access_hook(address, bytes, write);
	if (bytes &&
	    (address < PAGE_SIZE || end < address || !guest_range_is_permitted(address, bytes)))
		return 0;
	for (unsigned int i = 0; i < NR_FAULTS; i++)
		if (faults[i].start < end && address < faults[i].end)
			end = MAX(address, faults[i].start);
	return end - address;
}

__attribute__((weak)) bool guest_range_is_permitted(uint64_t address, uint64_t bytes)
{
	uint64_t last = address + bytes - 1;

	return bytes == 0 ||
	       (last >= address && address_is_canonical(address) && address_is_canonical(last) &&
		!address_is_hypervisor(address) && !address_is_hypervisor(last));
}

__attribute__((weak)) int guest_copy_from(void *to, uint64_t guest_address, size_t bytes)
{
	size_t good = guest_accessible(guest_address, bytes, false);

	if (good)
		memcpy(to, (const void *)guest_address, good);
	return good == bytes ? 0 : -EFAULT;
}

__attribute__((weak)) int guest_copy_to(uint64_t guest_address, const void *from, size_t bytes)
{
	size_t good = guest_accessible(guest_address, bytes, true);

	if (good)
		memcpy((void *)guest_address, from, good);
	return good == bytes ? 0 : -EFAULT;
}

__attribute__((weak)) int guest_clear(uint64_t guest_address, size_t bytes)
{
	size_t good = guest_accessible(guest_address, bytes, true);

	if (good)
		memset((void *)guest_address, 0, good);
	return good == bytes ? 0 : -EFAULT;
}

static int index_address(uint64_t *address, uint64_t array, uint64_t index, size_t element_bytes)
{
	uint64_t offset;

	if (__builtin_mul_overflow(index, element_bytes, &offset) ||
	    __builtin_add_overflow(array, offset, address))
		return -EFAULT;
	return 0;
}

__attribute__((weak)) int guest_copy_from_index(void *to, uint64_t guest_array, uint64_t index,
						size_t element_bytes)
{
	uint64_t address;

	if (index_address(&address, guest_array, index, element_bytes))
		return -EFAULT;
	return guest_copy_from(to, address, element_bytes);
}

__attribute__((weak)) int guest_copy_to_index(uint64_t guest_array, uint64_t index,
					      const void *from, size_t element_bytes)
{
	uint64_t address;

	if (index_address(&address, guest_array, index, element_bytes))
		return -EFAULT;
	return guest_copy_to(address, from, element_bytes);
}
