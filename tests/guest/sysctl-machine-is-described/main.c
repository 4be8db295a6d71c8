/* SPDX-License-Identifier: GPL-2.0-or-later */
/* physinfo, topology, nodes, free memory and idle times agree with each other. */
#include "guest/sysctl.h"
#include "guest/test.h"

#define MAX 64

static struct xen_sysctl_cputopo topology[MAX];
static struct xen_sysctl_meminfo memory[MAX];
static struct xen_sysctl_cpuinfo idle[MAX];
static uint32_t distance[MAX * MAX];
static struct xen_sysctl_physinfo machine;

static void check_physinfo(void)
{
	struct xen_sysctl call = {0};

	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_physinfo), 0);
	machine = call.u.physinfo;
	CHECK_EQUAL(machine.nr_cpus, 4);
	CHECK(machine.max_cpu_id >= 3);
	CHECK_EQUAL(machine.threads_per_core, 1);
	CHECK_EQUAL(machine.cores_per_socket, 2);
	CHECK_EQUAL(machine.nr_nodes, 2);
	CHECK(machine.max_node_id >= 1);
	CHECK(machine.cpu_khz > 100000);
	CHECK(machine.capabilities & XEN_SYSCTL_PHYSCAP_pv);
	CHECK(machine.total_pages > 200u << 8 && machine.total_pages <= 256u << 8);
	CHECK(machine.free_pages < machine.total_pages);
	CHECK(machine.max_mfn >= machine.total_pages - 1);
	CHECK(machine.hw_cap[0] & 1);
}

static void check_topology(void)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_cputopoinfo *info = &call.u.cputopoinfo;

	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_cputopoinfo), 0);
	CHECK(info->num_cpus >= 4 && info->num_cpus <= MAX);
	topology[1].core = 77;
	info->num_cpus = 1;
	info->cputopo = (uint64_t)topology;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_cputopoinfo), 0);
	CHECK_EQUAL(topology[1].core, 77);
	info->num_cpus = MAX;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_cputopoinfo), 0);
	for (unsigned int cpu = 0; cpu < 4; cpu++) {
		CHECK_EQUAL(topology[cpu].core, cpu % 2);
		CHECK_EQUAL(topology[cpu].socket, cpu / 2);
		CHECK_EQUAL(topology[cpu].node, cpu / 2);
	}
	info->cputopo = 0x7000dead0000;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_cputopoinfo), -XEN_EFAULT);
}

static void check_nodes(void)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_numainfo *info = &call.u.numainfo;

	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_numainfo), 0);
	CHECK_EQUAL(info->num_nodes, 2);
	info->num_nodes = MAX;
	info->meminfo = (uint64_t)memory;
	info->distance = (uint64_t)distance;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_numainfo), 0);
	CHECK_EQUAL(info->num_nodes, 2);
	for (unsigned int i = 0; i < 2; i++) {
		CHECK(memory[i].memsize >= 100u << 20);
		CHECK(memory[i].memfree <= memory[i].memsize);
	}
	CHECK_EQUAL(distance[0], 10);
	CHECK_EQUAL(distance[1], 21);
	CHECK_EQUAL(distance[2], 21);
	CHECK_EQUAL(distance[3], 10);
}

static uint64_t available(int32_t node, uint32_t min_bits, uint32_t max_bits)
{
	struct xen_sysctl call = {0};

	call.u.availheap.node = node;
	call.u.availheap.min_bitwidth = min_bits;
	call.u.availheap.max_bitwidth = max_bits;
	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_availheap), 0);
	return call.u.availheap.avail_bytes;
}

static void check_heap(void)
{
	CHECK(available(-1, 0, 0) > 0);
	CHECK_EQUAL(available(-1, 0, 0), available(0, 0, 0) + available(1, 0, 0));
	CHECK_EQUAL(available(-1, 0, 0), available(-1, 0, 32));
	CHECK_EQUAL(available(-1, 33, 0), 0);
	CHECK_EQUAL(available(2, 0, 0), 0);
}

static void check_idle(void)
{
	struct xen_sysctl call = {0};

	call.u.getcpuinfo.max_cpus = MAX;
	call.u.getcpuinfo.info = (uint64_t)idle;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_getcpuinfo), 0);
	CHECK(call.u.getcpuinfo.nr_cpus >= 4);
	for (unsigned int cpu = 1; cpu < 4; cpu++)
		CHECK(idle[cpu].idletime > 0);
}

static void check_pages(void)
{
	static uint32_t status[4] = {77, 77, 77, 77};
	struct xen_sysctl call = {0};
	struct xen_sysctl_page_offline_op *op = &call.u.page_offline;

	op->cmd = sysctl_query_page_offline;
	op->start = 0x1000;
	op->end = 0x1002;
	op->status = (uint64_t)status;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_page_offline_op), 0);
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQUAL(status[i], 0);
	CHECK_EQUAL(status[3], 77);
	op->start = 0xf0000000;
	op->end = 0xf0000000;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_page_offline_op), -XEN_EINVAL);
	op->cmd = 9;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_page_offline_op), -XEN_EINVAL);
}

void test_main(void)
{
	check_physinfo();
	check_topology();
	check_nodes();
	check_heap();
	check_idle();
	check_pages();
}
