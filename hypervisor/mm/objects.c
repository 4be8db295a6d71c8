/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small objects: size classes, each cutting whole pages into slots. A page of
 * slots keeps its class and use count in its order word and its first free
 * slot in its type word; pages with a free slot are in their class's list.
 * A larger object is a heap block of its own, its order kept the same way.
 * A free slot holds the next free one and a mark, the rest of it poison.
 */
#include "hv/heap.h"
#include "hv/lock.h"
#include "hv/printk.h"
#include "hv/string.h"

/* Debug builds check that nobody wrote to a free slot. */
#ifdef CONFIG_DEBUG
#define CHECKS_POISON true
#else
#define CHECKS_POISON false
#endif
#define POISON 0x5b

/* The order word of a page: what it holds, class or order, slots in use. */
#define WORD_SLOTS 0x510b0000u
#define WORD_BLOCK 0xb10c0000u
#define WORD_KIND_MASK 0xffff0000u
#define WORD_DETAIL_SHIFT 10
#define WORD_DETAIL_MASK 0x3fu
#define WORD_USED_MASK 0x3ffu

#define FREE_MARK 0xf4ee0b1ec7000001UL

struct free_slot {
	struct free_slot *next;
	uint64_t mark; /* FREE_MARK ^ address */
};

/* From 64 bytes on multiples of 64, so that slots of a page are aligned to it. */
static const uint16_t class_bytes[] = {16,  32,	 48,  64,  128,	 192,  256, 320,
				       448, 512, 640, 768, 1024, 1344, 2048};

#define NR_CLASSES ARRAY_SIZE(class_bytes)

static struct spinlock objects_lock = SPINLOCK_INIT(LOCK_objects);
static struct page_list partial_pages[NR_CLASSES];
static bool lists_are_ready;

static unsigned int class_of(size_t bytes)
{
	unsigned int class = 0;

	while (class_bytes[class] < bytes)
		class ++;
	return class;
}

static unsigned int word_detail(const struct page *page)
{
	return page->order >> WORD_DETAIL_SHIFT & WORD_DETAIL_MASK;
}

static unsigned int word_used(const struct page *page)
{
	return page->order & WORD_USED_MASK;
}

static struct free_slot *page_first_free(const struct page *page)
{
	return (struct free_slot *)page->type_info;
}

static bool slot_is_marked(const struct free_slot *slot)
{
	return slot->mark == (FREE_MARK ^ (uint64_t)slot);
}

static void slot_push(struct page *page, void *address)
{
	struct free_slot *slot = address;

	slot->next = page_first_free(page);
	slot->mark = FREE_MARK ^ (uint64_t)slot;
	page->type_info = (uint64_t)slot;
}

static void slot_poison(void *address, size_t bytes)
{
	if (CHECKS_POISON && bytes > sizeof(struct free_slot))
		memset((char *)address + sizeof(struct free_slot), POISON,
		       bytes - sizeof(struct free_slot));
}

static void slot_check(const void *address, size_t bytes)
{
	const uint8_t *p = address;

	if (!slot_is_marked(address))
		panic("object at %p was overwritten after it was freed", address);
	for (size_t i = sizeof(struct free_slot); CHECKS_POISON && i < bytes; i++)
		if (p[i] != POISON)
			panic("object at %p was written to, at byte %lu, after it was freed",
			      address, i);
}

static struct page *slots_make(unsigned int class)
{
	size_t bytes = class_bytes[class];
	char *start = heap_alloc(0, HEAP_FLAG_DEFAULT);
	struct page *page;

	if (!start)
		return NULL;
	page = virt_to_page(start);
	page->order = WORD_SLOTS | class << WORD_DETAIL_SHIFT;
	for (size_t i = PAGE_SIZE / bytes; i-- > 0;) {
		slot_poison(start + i * bytes, bytes);
		slot_push(page, start + i * bytes);
	}
	return page;
}

static void lists_prepare(void)
{
	if (lists_are_ready)
		return;
	for (unsigned int class = 0; class < NR_CLASSES; class ++)
		page_list_init(&partial_pages[class]);
	lists_are_ready = true;
}

static void *slot_alloc(unsigned int class)
{
	struct page_list *list = &partial_pages[class];
	struct free_slot *slot = NULL;
	struct page *page;

	spin_lock(&objects_lock);
	lists_prepare();
	page = page_list_first(list);
	if (!page) {
		page = slots_make(class);
		if (page)
			page_list_add(list, page);
	}
	if (page) {
		slot = page_first_free(page);
		page->type_info = (uint64_t)slot->next;
		page->order++;
		if (!page->type_info)
			page_list_remove(list, page);
	}
	spin_unlock(&objects_lock);
	return slot;
}

static void *block_alloc(size_t bytes)
{
	unsigned int order = 0;
	void *address;

	while ((PAGE_SIZE << order) < bytes)
		order++;
	address = heap_alloc(order, HEAP_FLAG_DEFAULT);
	if (address)
		virt_to_page(address)->order = WORD_BLOCK | order << WORD_DETAIL_SHIFT;
	return address;
}

void *object_alloc(size_t bytes)
{
	unsigned int class;
	void *address;

	if (bytes > class_bytes[NR_CLASSES - 1])
		return bytes <= PAGE_SIZE << HEAP_MAX_ORDER ? block_alloc(bytes) : NULL;
	class = class_of(bytes);
	address = slot_alloc(class);
	if (!address)
		return NULL;
	slot_check(address, class_bytes[class]);
	memset(address, 0, class_bytes[class]);
	return address;
}

void *object_alloc_array(size_t nr, size_t bytes)
{
	size_t total;

	return __builtin_mul_overflow(nr, bytes, &total) ? NULL : object_alloc(total);
}

/* Only a slot that looks free is searched for: a live object may hold the mark by chance. */
static void slot_check_double_free(const struct page *page, const void *address)
{
	const struct free_slot *slot;

	if (!slot_is_marked(address))
		return;
	for (slot = page_first_free(page); slot; slot = slot->next)
		if (slot == address)
			panic("object at %p is freed twice", address);
}

/* Gives the slot back; the page too, as the result, when it was the last in use and another has free slots. */
static struct page *slot_free(struct page *page, void *address, unsigned int class)
{
	struct page_list *list = &partial_pages[class];

	slot_check_double_free(page, address);
	if (word_used(page) == 0)
		panic("object at %p is freed twice", address);
	if (!page->type_info)
		page_list_add(list, page);
	slot_poison(address, class_bytes[class]);
	slot_push(page, address);
	page->order--;
	if (word_used(page) || list->nr_pages == 1)
		return NULL;
	page_list_remove(list, page);
	page->type_info = PAGE_TYPE_NONE;
	page->order = 0;
	return page;
}

static void block_free(struct page *page, void *address)
{
	unsigned int order = word_detail(page);

	page->order = 0;
	heap_free(address, order);
}

void object_free(void *object)
{
	struct page *page, *empty;
	unsigned int class, inside;

	if (!object)
		return;
	page = virt_to_page(object);
	inside = (uint64_t)object & (PAGE_SIZE - 1);
	if ((page->order & WORD_KIND_MASK) == WORD_BLOCK && !inside) {
		block_free(page, object);
		return;
	}
	class = word_detail(page);
	if ((page->order & WORD_KIND_MASK) != WORD_SLOTS || inside % class_bytes[class])
		panic("no object at %p to free", object);
	spin_lock(&objects_lock);
	empty = slot_free(page, object, class);
	spin_unlock(&objects_lock);
	if (empty)
		heap_free(page_to_virt(empty), 0);
}
