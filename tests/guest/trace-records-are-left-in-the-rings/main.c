/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tbuf_op makes rings that dom0 maps; while tracing is on they hold what happened, in order and without gaps. */
#include "abi/trace.h"
#include "guest/page.h"
#include "guest/sysctl.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define NR_CPUS 2
#define NR_PAGES 2
#define DATA_BYTES (NR_PAGES * 4096 - sizeof(struct xen_t_buf))
#define INFO_ADDRESS 0x200000000000ul
#define RING_ADDRESS(cpu) (0x200000100000ul + (cpu)*0x10000ul)

static volatile struct xen_t_buf *ring[NR_CPUS];
static uint32_t nr_seen[0x1000], nr_records;

static long trace_call(uint32_t command, uint32_t value, struct xen_sysctl_tbuf_op *out)
{
	struct xen_sysctl call = {0};
	long result;

	call.u.tbuf_op.cmd = command;
	call.u.tbuf_op.size = value;
	call.u.tbuf_op.evt_mask = value;
	result = sysctl_send(&call, XEN_SYSCTL_tbuf_op);
	if (out)
		*out = call.u.tbuf_op;
	return result;
}

/* Frames of the hypervisor's. */
static void map_frame(uint64_t address, uint64_t mfn, uint64_t flags)
{
	struct xen_mmu_update update = {.ptr = maddr_of(map_tables(address)),
					.val = pte_make(mfn, flags)};

	REQUIRE_EQUAL(hypercall_mmu_update(&update, 1, NULL, DOMID_XEN), 0);
}

static void rings_map(void)
{
	const struct xen_t_info *info = (const struct xen_t_info *)INFO_ADDRESS;
	struct xen_sysctl_tbuf_op op;

	REQUIRE_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_get_info, 0, &op), 0);
	REQUIRE(op.buffer_mfn && op.size >= 4096);
	map_frame(INFO_ADDRESS, op.buffer_mfn, PTE_READ_ONLY);
	REQUIRE_EQUAL(info->tbuf_size, NR_PAGES);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		const uint32_t *list = (const uint32_t *)info + info->mfn_offset[cpu];

		for (unsigned int i = 0; i < NR_PAGES; i++)
			map_frame(RING_ADDRESS(cpu) + i * 4096ul, list[i], PTE_DATA);
		ring[cpu] = (volatile struct xen_t_buf *)RING_ADDRESS(cpu);
	}
}

static void record_read(uint32_t head)
{
	uint32_t event = TRC_HD_TO_EVENT(head);

	nr_records++;
	if ((event & 0xf000f000) == (TRC_PV_ENTRY & 0xf000f000))
		nr_seen[event & 0xfff]++;
	if (event == TRC_LOST_RECORDS)
		nr_seen[0x800]++;
}

/* Everything that a ring holds; each head leads to the next. */
static void ring_read(unsigned int cpu)
{
	const volatile char *data = (const volatile char *)(ring[cpu] + 1);
	uint32_t producer = ring[cpu]->prod, at = ring[cpu]->cons;

	REQUIRE(producer < 2 * DATA_BYTES);
	while (at != producer) {
		uint32_t offset = at < DATA_BYTES ? at : at - (uint32_t)DATA_BYTES;
		uint32_t head = *(const volatile uint32_t *)(data + offset);
		uint32_t bytes = 4 + 4 * TRC_HD_EXTRA(head) +
				 (TRC_HD_INCLUDES_CYCLE_COUNT(head) ? 8 : 0);

		REQUIRE(offset + bytes <= DATA_BYTES);
		record_read(head);
		at = (at + bytes) % (2 * (uint32_t)DATA_BYTES);
	}
	ring[cpu]->cons = producer;
}

static void rings_read(void)
{
	nr_records = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(nr_seen); i++)
		nr_seen[i] = 0;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		ring_read(cpu);
}

static void check_hypercalls(void)
{
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_enable, 0, NULL), 0);
	for (unsigned int i = 0; i < 10; i++)
		hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_disable, 0, NULL), 0);
	hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
	rings_read();
	CHECK(nr_records > 10);
	CHECK(nr_seen[TRC_PV_HYPERCALL_V2 & 0xfff] >= 10);
	rings_read();
	CHECK_EQUAL(nr_records, 0);
}

static void check_faults_by_mask(void)
{
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_set_evt_mask, TRC_PV, NULL), 0);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_enable, 0, NULL), 0);
	CHECK(probe_read((void *)0x7000dead0000, &(uint64_t){0}, NULL));
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_disable, 0, NULL), 0);
	rings_read();
	CHECK(nr_seen[(TRC_PV_PAGE_FAULT | TRC_64_FLAG) & 0xfff] >= 1);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_set_evt_mask, TRC_MEM, NULL), 0);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_enable, 0, NULL), 0);
	CHECK(probe_read((void *)0x7000dead0000, &(uint64_t){0}, NULL));
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_disable, 0, NULL), 0);
	rings_read();
	CHECK_EQUAL(nr_records, 0);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_set_evt_mask, TRC_ALL, NULL), 0);
}

/* A ring that nobody reads stops at its end; what was lost is told after. */
static void check_overflow(void)
{
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_enable, 0, NULL), 0);
	for (unsigned int i = 0; i < 3000; i++)
		hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
	rings_read();
	CHECK(nr_records > 100 && nr_records < 1000);
	CHECK_EQUAL(nr_seen[0x800], 0);
	for (unsigned int i = 0; i < 20; i++)
		hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
	rings_read();
	CHECK(nr_seen[0x800] >= 1);
	CHECK(nr_seen[TRC_PV_HYPERCALL_V2 & 0xfff] >= 20);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_disable, 0, NULL), 0);
}

void test_main(void)
{
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_enable, 0, NULL), -XEN_EINVAL);
	CHECK_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_set_size, 0, NULL), -XEN_EINVAL);
	REQUIRE_EQUAL(trace_call(XEN_SYSCTL_TBUFOP_set_size, NR_PAGES, NULL), 0);
	CHECK_EQUAL(trace_call(99, 0, NULL), -XEN_EINVAL);
	rings_map();
	rings_read();
	check_hypercalls();
	check_faults_by_mask();
	check_overflow();
}
