/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest that the tests of the PV MMU run as. */
#include <stdlib.h>
#include <string.h>

#include "asm/descriptors.h"
#include "asm/irq.h"
#include "asm/tlb.h"
#include "guest.h"
#include "hv/heap.h"
#include "hv/rangeset.h"
#include "hv/softirq.h"

uint64_t hv_root_table[PT_ENTRIES];
uint64_t image_physical;
struct domain *guest, *dom0, *other;
struct vcpu *v;
unsigned int nr_sent;

static uint64_t windows[3][32];
static struct {
	uint64_t count_info, type_info;
} snapshot[FAKE_NR_FRAMES];

/* The other CPU answers at once. */
void apic_send(unsigned int cpu, uint8_t vector)
{
	struct vcpu *current = current_vcpu();
	unsigned int self = cpu_this();

	nr_sent++;
	fake_cpu_enter(cpu);
	tlb_handle_interrupt();
	fake_cpu_enter(self);
	fake_current_set(current);
}

void ldt_load(uint64_t base, uint32_t nr_entries) {}

static struct domain *domain_new(domid_t id, unsigned int window)
{
	struct domain *d = fake_domain_create(id, 2);

	for (unsigned int i = 0; i < 2; i++) {
		d->vcpu[i]->arch.pv.in_kernel = true;
		d->vcpu[i]->arch.pv.descriptor_l1 = windows[window];
		d->vcpu[i]->arch.pv.descriptor_window = DESCRIPTOR_WINDOW_START +
							window * 32 * PAGE_SIZE;
	}
	return d;
}

int guest_setup(void **state)
{
	static struct range ranges[4];
	static struct rangeset io;

	fake_machine_start();
	fake_cpus_set_online(2);
	for (unsigned int i = 0; i < HV_NR_SLOTS; i++)
		hv_root_table[HV_FIRST_SLOT + i] = 0x1000 * (i + 1) | PTE_PRESENT | PTE_USER;
	memset(windows, 0, sizeof(windows));
	dom0 = domain_new(0, 0);
	dom0->is_control = dom0->is_hardware = true;
	guest = domain_new(1, 1);
	other = domain_new(2, 2);
	io_domain = fake_domain_create(DOMID_IO, 0);
	hypervisor_domain = fake_domain_create(DOMID_XEN, 0);
	rangeset_init(&io, ranges, ARRAY_SIZE(ranges));
	if (rangeset_add(&io, 0xfd000, 0xfdfff))
		abort();
	dom0->arch.io_memory_allowed = &io;
	/* Makes the page that stands for empty parts of a GDT. */
	pv_drop_gdt(guest->vcpu[0]);
	nr_sent = 0;
	preempt_always(false);
	run_as(guest);
	return 0;
}

void run_as(struct domain *d)
{
	v = d->vcpu[0];
	fake_current_set(v);
}

/* As the heap: off the owner's list; but the frame is never handed out again, so that who holds its number finds it free. */
void heap_release_domain_page(struct page *page)
{
	struct domain *d = page_owner(page);

	page_list_remove(&d->page_list, page);
	d->tot_pages--;
	page->count_info = 0;
	page->owner_frame = 0;
}

uint64_t *entries_of(struct page *page)
{
	return page_to_virt(page);
}

uint64_t pte(const struct page *page, uint64_t flags)
{
	return pte_make(page_to_mfn(page), flags);
}

uint64_t address_of_entry(const struct page *table, unsigned int index)
{
	return mfn_to_paddr(page_to_mfn(table)).a + index * 8;
}

struct page *data_page_of(struct domain *d)
{
	struct page *page = heap_alloc_domain(d, 0, HEAP_FLAG_DEFAULT);

	if (!page)
		abort();
	page_list_add_tail(&d->page_list, page);
	return page;
}

struct page *data_page(void)
{
	return data_page_of(guest);
}

uint64_t tree_address(unsigned int index)
{
	return index * PAGE_SIZE;
}

void tree_build(struct tree *tree, struct domain *d, unsigned int nr)
{
	tree->l4 = data_page_of(d);
	tree->l3 = data_page_of(d);
	tree->l2 = data_page_of(d);
	tree->l1 = data_page_of(d);
	tree->nr = nr;
	entries_of(tree->l4)[0] = pte(tree->l3, TABLE);
	entries_of(tree->l3)[0] = pte(tree->l2, TABLE);
	entries_of(tree->l2)[0] = pte(tree->l1, TABLE);
	for (unsigned int i = 0; i < nr; i++) {
		tree->data[i] = data_page_of(d);
		entries_of(tree->l1)[i] = pte(tree->data[i], RW);
	}
}

void tree_run(struct tree *tree, struct domain *d)
{
	if (pv_mmu_set_kernel_root(d->vcpu[0], page_to_mfn(tree->l4)))
		abort();
}

/* What lasts: counts and what they count; not the clock's stamps nor the type that a frame had last. */
static uint64_t type_state(const struct page *page)
{
	uint64_t x = page->type_info & ~PAGE_TYPE_STAMP_MASK;

	return x & PAGE_TYPE_COUNT_MASK ? x : 0;
}

void snapshot_take(void)
{
	for (uint64_t n = 1; n < FAKE_NR_FRAMES; n++) {
		snapshot[n].count_info = mfn_to_page(mfn_from(n))->count_info & ~PAGE_FOREIGN;
		snapshot[n].type_info = type_state(mfn_to_page(mfn_from(n)));
	}
}

unsigned int snapshot_differences(void)
{
	unsigned int nr = 0;

	for (uint64_t n = 1; n < FAKE_NR_FRAMES; n++) {
		const struct page *page = mfn_to_page(mfn_from(n));

		nr += snapshot[n].count_info != (page->count_info & ~PAGE_FOREIGN) ||
		      snapshot[n].type_info != type_state(page);
	}
	return nr;
}

int64_t update_as(const struct page *table, unsigned int index, uint64_t value, uint64_t command,
		  uint64_t foreign)
{
	struct xen_mmu_update request = {address_of_entry(table, index) | command, value};
	uint32_t done = 0;
	int64_t rc = hypercall_mmu_update((uint64_t)&request, 1, (uint64_t)&done, foreign);

	if ((rc == 0) != (done == 1) && rc != -ERESTART)
		abort();
	return rc;
}

int64_t update(const struct page *table, unsigned int index, uint64_t value)
{
	return update_as(table, index, value, MMU_NORMAL_PT_UPDATE, DOMID_SELF);
}

int64_t extended_as(uint32_t command, uint64_t argument1, uint64_t argument2, uint64_t foreign)
{
	struct xen_mmuext_op op = {.cmd = command};

	op.arg1.mfn = argument1;
	op.arg2.vcpumask = argument2;
	return hypercall_mmuext_op((uint64_t)&op, 1, 0, foreign);
}

int64_t extended(uint32_t command, uint64_t argument1, uint64_t argument2)
{
	return extended_as(command, argument1, argument2, DOMID_SELF);
}

int64_t extended_whole(uint32_t command, uint64_t argument1, unsigned int *rounds)
{
	struct xen_mmuext_op op = {.cmd = command};
	int64_t rc;

	op.arg1.mfn = argument1;
	*rounds = 1;
	rc = hypercall_mmuext_op((uint64_t)&op, 1, 0, DOMID_SELF);
	while (rc == -ERESTART) {
		const uint64_t *a = fake_rewind.arguments;

		if (++*rounds > 1000000)
			abort();
		rc = hypercall_mmuext_op(a[0], a[1], a[2], a[3]);
	}
	return rc;
}

void preempt_always(bool on)
{
	this_cpu(softirq_pending) = on;
}
