/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The builder of a second domain. */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/event.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/sysctl.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define WINDOW 0x300000000000ul
#define TIMEOUT (10 * SECOND)
#define IMAGE_FIRST_PFN 256
#define KIB_PER_PAGE 4
#define MIN_BYTES(a, b) ((a) < (b) ? (a) : (b))

struct child_mailbox child_mailbox page_aligned;
void (*child_function)(void);

/* Where the parts behind the image lie. */
struct layout {
	uint64_t start_info, p2m, nr_p2m, l1, nr_l1, l2, l3, l4, end;
};

static struct layout layout_plan(void)
{
	struct layout plan = {.start_info = pfn_of(image_end)};

	plan.p2m = plan.start_info + 1;
	plan.nr_p2m = CHILD_MAX_PFN * sizeof(uint64_t) / PAGE_SIZE;
	plan.l1 = plan.p2m + plan.nr_p2m;
	plan.nr_l1 = CHILD_MAX_PFN / 512;
	plan.l2 = plan.l1 + plan.nr_l1;
	plan.l3 = plan.l2 + 1;
	plan.l4 = plan.l3 + 1;
	plan.end = plan.l4 + 1;
	if (plan.end > CHILD_MAX_PFN)
		test_error("the image has %lu pages: too many for a child", plan.end);
	return plan;
}

static void require_done(long result, const char *what)
{
	if (result != 0)
		test_fail("%s returns %ld", what, result);
}

long foreign_map(uint16_t domain, uint64_t mfn, uint64_t flags, void **address)
{
	static uint64_t next;
	uint64_t at = WINDOW + __atomic_fetch_add(&next, PAGE_SIZE, __ATOMIC_RELAXED);
	struct xen_mmu_update update = {
		.ptr = maddr_of(map_tables(at)) | MMU_NORMAL_PT_UPDATE,
		.val = pte_make(mfn, flags),
	};

	*address = (void *)at;
	return hypercall_mmu_update(&update, 1, NULL, domain);
}

void foreign_unmap(void *address)
{
	hypercall_update_va_mapping((uint64_t)address, 0, UVMF_INVLPG | UVMF_ALL);
}

void child_configure(struct xen_domctl *call)
{
	memset(call, 0, sizeof(*call));
	call->u.createdomain.max_vcpus = 1;
	call->u.createdomain.max_evtchn_port = 1023;
	call->u.createdomain.max_grant_frames = -1;
	call->u.createdomain.max_maptrack_frames = -1;
	call->u.createdomain.grant_opts = XEN_DOMCTL_GRANT_version(2);
}

static void pages_give(struct child *child)
{
	static uint64_t frames[CHILD_MAX_PFN];
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)frames,
		.nr_extents = child->image_end - IMAGE_FIRST_PFN,
		.domid = child->id,
	};
	long done;

	for (uint64_t i = 0; i < reservation.nr_extents; i++)
		frames[i] = IMAGE_FIRST_PFN + i;
	done = hypercall_memory_op(XENMEM_populate_physmap, &reservation);
	if (done != (long)reservation.nr_extents)
		test_fail("populate_physmap gives %ld of %lu pages", done, reservation.nr_extents);
	memcpy(&child->mfns[IMAGE_FIRST_PFN], frames, reservation.nr_extents * sizeof(frames[0]));
	child->nr_pages = reservation.nr_extents;
}

bool domain_read_info(uint16_t id, struct xen_domctl_getdomaininfo *info)
{
	struct xen_domctl call = {0};

	if (domctl_send(&call, XEN_DOMCTL_getdomaininfo, id) != 0 || call.domain != id)
		return false;
	*info = call.u.getdomaininfo;
	return true;
}

struct child *child_create_from(struct xen_domctl *configuration)
{
	struct child *child = page_alloc((sizeof(*child) + PAGE_SIZE - 1) / PAGE_SIZE);
	uint32_t nr_vcpus = configuration->u.createdomain.max_vcpus;
	struct xen_domctl_getdomaininfo info;
	struct xen_domctl call = {0};

	require_done(domctl_send(configuration, XEN_DOMCTL_createdomain, configuration->domain),
		     "createdomain");
	child->id = configuration->domain;
	child->image_end = layout_plan().end;
	call.u.max_mem.max_memkb = (child->image_end + 64) * KIB_PER_PAGE;
	require_done(domctl_send(&call, XEN_DOMCTL_max_mem, child->id), "max_mem");
	call.u.max_vcpus.max = nr_vcpus;
	require_done(domctl_send(&call, XEN_DOMCTL_max_vcpus, child->id), "max_vcpus");
	pages_give(child);
	REQUIRE(domain_read_info(child->id, &info));
	child->shared_mfn = info.shared_info_frame;
	return child;
}

struct child *child_create(void)
{
	struct xen_domctl configuration;

	child_configure(&configuration);
	return child_create_from(&configuration);
}

static bool page_is_zero(const uint64_t *page)
{
	for (unsigned int i = 0; i < PAGE_SIZE / sizeof(*page); i++) {
		if (page[i])
			return false;
	}
	return true;
}

static void *page_open(const struct child *child, uint64_t pfn)
{
	void *address;

	require_done(foreign_map(child->id, child->mfns[pfn], PTE_DATA, &address),
		     "a foreign mapping");
	return address;
}

/* New pages are zero, so only others are copied. */
static void image_copy(const struct child *child, uint64_t end)
{
	for (uint64_t pfn = IMAGE_FIRST_PFN; pfn < end; pfn++) {
		const void *from = pfn_address(pfn);
		void *to;

		if (from == (void *)shared_info || page_is_zero(from))
			continue;
		to = page_open(child, pfn);
		memcpy(to, from, PAGE_SIZE);
		foreign_unmap(to);
	}
}

static void p2m_fill(const struct child *child, const struct layout *plan)
{
	for (uint64_t i = 0; i < plan->nr_p2m; i++) {
		void *page = page_open(child, plan->p2m + i);

		memcpy(page, &child->mfns[i * 512], PAGE_SIZE);
		foreign_unmap(page);
	}
}

static void entry_fill(const struct child *child, uint64_t table, unsigned int index, uint64_t pfn)
{
	uint64_t *page = page_open(child, table);

	page[index] = pte_make(child->mfns[pfn], PTE_TABLE);
	foreign_unmap(page);
}

static void tables_fill(struct child *child, const struct layout *plan)
{
	for (uint64_t i = 0; i < plan->nr_l1; i++) {
		uint64_t *l1 = page_open(child, plan->l1 + i);

		for (uint64_t pfn = i * 512; pfn < (i + 1) * 512; pfn++) {
			bool is_table = pfn >= plan->l1 && pfn < plan->end;

			if (child->mfns[pfn])
				l1[pfn % 512] = pte_make(child->mfns[pfn],
							 is_table ? PTE_READ_ONLY : PTE_DATA);
		}
		foreign_unmap(l1);
		entry_fill(child, plan->l2, table_index(VIRT_BASE, 2) + (unsigned int)i,
			   plan->l1 + i);
	}
	entry_fill(child, plan->l3, table_index(VIRT_BASE, 3), plan->l2);
	entry_fill(child, plan->l4, table_index(VIRT_BASE, 4), plan->l3);
	child->root_mfn = child->mfns[plan->l4];
}

static void root_pin(const struct child *child)
{
	struct xen_mmuext_op operation = {.cmd = MMUEXT_PIN_L4_TABLE};

	operation.arg1.mfn = child->root_mfn;
	require_done(hypercall_mmuext_op(&operation, 1, NULL, child->id),
		     "the pin of the child's base table");
}

static void start_info_fill(struct child *child, const struct layout *plan)
{
	long port = event_alloc_unbound(child->id, DOMID_SELF);
	struct xen_start_info *info = page_open(child, plan->start_info);

	if (port <= 0)
		test_fail("a port of the child is refused: %ld", port);
	memcpy(info->magic, "xen-3.0-x86_64", sizeof("xen-3.0-x86_64"));
	info->nr_pages = child->image_end;
	info->shared_info = child->shared_mfn << PAGE_SHIFT;
	info->store_evtchn = (uint32_t)port;
	info->pt_base = (uint64_t)pfn_address(plan->l4);
	info->nr_pt_frames = plan->end - plan->l1;
	info->mfn_list = (uint64_t)pfn_address(plan->p2m);
	foreign_unmap(info);
	port = event_bind_interdomain(child->id, (uint32_t)port);
	if (port <= 0)
		test_fail("the child's port cannot be bound: %ld", port);
	child->port = (uint32_t)port;
	event_clear(child->port);
}

struct xen_vcpu_guest_context *child_prepare(struct child *child, void (*function)(void))
{
	struct xen_vcpu_guest_context *context = page_alloc(2);
	struct layout plan = layout_plan();

	child_function = function;
	image_copy(child, pfn_of(image_end));
	child_function = NULL;
	p2m_fill(child, &plan);
	start_info_fill(child, &plan);
	tables_fill(child, &plan);
	root_pin(child);
	child->mailbox = page_open(child, pfn_of(&child_mailbox));
	context->flags = VGCF_in_kernel | VGCF_online;
	context->user_regs.rip = (uint64_t)guest_start;
	context->user_regs.rsi = (uint64_t)pfn_address(plan.start_info);
	context->user_regs.rflags = 0x202;
	context->user_regs.cs = FLAT_KERNEL_CS;
	context->user_regs.ss = FLAT_KERNEL_SS;
	context->kernel_ss = FLAT_KERNEL_SS;
	context->kernel_sp = (uint64_t)vcpu0_stack + 2 * STACK_BYTES;
	context->ctrlreg[3] = child->root_mfn << PAGE_SHIFT;
	return context;
}

long child_set_context(struct child *child, uint32_t vcpu,
		       const struct xen_vcpu_guest_context *context)
{
	struct xen_domctl call = {0};

	call.u.vcpucontext.vcpu = vcpu;
	call.u.vcpucontext.ctxt = (uint64_t)context;
	return domctl_send(&call, XEN_DOMCTL_setvcpucontext, child->id);
}

void child_build(struct child *child, void (*function)(void))
{
	require_done(child_set_context(child, 0, child_prepare(child, function)), "setvcpucontext");
}

void child_unpause(struct child *child)
{
	require_done(domctl_simple(XEN_DOMCTL_unpausedomain, child->id), "unpausedomain");
}

struct child *child_start(void (*function)(void))
{
	struct child *child = child_create();

	child_build(child, function);
	child_unpause(child);
	return child;
}

/* The child may have to share our processor. */
static bool wait_until(bool (*is_so)(const void *), const void *argument)
{
	uint64_t deadline = time_ns() + TIMEOUT;

	while (!is_so(argument)) {
		if (time_ns() > deadline)
			return false;
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	return true;
}

static bool child_is_done(const void *child)
{
	return ((const struct child *)child)->mailbox->is_done;
}

bool child_wait(struct child *child)
{
	char reason[sizeof(child_mailbox.reason)];

	if (!wait_until(child_is_done, child)) {
		struct xen_domctl_getdomaininfo info = {0};

		domain_read_info(child->id, &info);
		printf("child %u is not done: flags 0x%x\n", child->id, info.flags);
		return false;
	}
	memcpy(reason, (const void *)child->mailbox->reason, sizeof(reason));
	if (child->mailbox->state[0] && child->mailbox->state[0] != 'S')
		test_fail("in the child: %s", reason);
	return true;
}

struct word {
	const struct child *child;
	unsigned int index;
	uint64_t value;
};

static bool word_is(const void *argument)
{
	const struct word *word = argument;

	return word->child->mailbox->words[word->index] == word->value;
}

bool child_wait_word(struct child *child, unsigned int index, uint64_t value)
{
	struct word word = {child, index, value};

	return wait_until(word_is, &word);
}

void child_destroy(struct child *child)
{
	if (child->mailbox)
		foreign_unmap((void *)child->mailbox);
	child->mailbox = NULL;
	if (child->port)
		event_close(child->port);
	child->port = 0;
	require_done(domctl_simple(XEN_DOMCTL_destroydomain, child->id), "destroydomain");
}

static bool domain_is_gone(const void *id)
{
	struct xen_domctl_getdomaininfo info;

	return !domain_read_info(*(const uint16_t *)id, &info);
}

bool domain_wait_gone(uint16_t id)
{
	return wait_until(domain_is_gone, &id);
}

uint64_t host_free_pages(void)
{
	struct xen_sysctl call = {0};

	require_done(sysctl_send(&call, XEN_SYSCTL_physinfo), "physinfo");
	return call.u.physinfo.free_pages;
}

static bool host_has_free_pages(const void *pages)
{
	return host_free_pages() >= *(const uint64_t *)pages;
}

bool host_wait_free_pages(uint64_t pages)
{
	return wait_until(host_has_free_pages, &pages);
}

/* From here on: the child's side. */

uint32_t child_port(void)
{
	return start_info->store_evtchn;
}

void child_signal(void)
{
	event_send(child_port());
}

void child_await(unsigned int index, uint64_t value)
{
	while (*(volatile uint64_t *)&child_mailbox.words[index] != value)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

static void child_report(const char *state, const char *reason)
{
	memcpy(child_mailbox.state, state,
	       MIN_BYTES(strlen(state) + 1, sizeof(child_mailbox.state)));
	memcpy(child_mailbox.reason, reason,
	       MIN_BYTES(strlen(reason) + 1, sizeof(child_mailbox.reason) - 1));
	write_once(child_mailbox.is_done, 1);
	child_signal();
}

void child_main(void)
{
	test_set_report(child_report);
	child_function();
	test_finish();
}
