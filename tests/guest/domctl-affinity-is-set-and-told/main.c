/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hard and soft affinity of a vcpu, the effective answers, and where it then runs. */
#include "guest/child.h"
#include "guest/test.h"

static void spin(void)
{
	for (;;)
		cpu_relax();
}

static uint64_t hard, soft;

static long affinity(uint32_t command, struct child *child, uint32_t vcpu, uint32_t flags)
{
	struct xen_domctl call = {0};

	call.u.vcpuaffinity.vcpu = vcpu;
	call.u.vcpuaffinity.flags = flags;
	call.u.vcpuaffinity.cpumap_hard = (struct xen_xenctl_bitmap){(uint64_t)&hard, 64};
	call.u.vcpuaffinity.cpumap_soft = (struct xen_xenctl_bitmap){(uint64_t)&soft, 64};
	return domctl_send(&call, command, child->id);
}

static long set(struct child *child, uint32_t flags)
{
	return affinity(XEN_DOMCTL_setvcpuaffinity, child, 0, flags);
}

static uint32_t cpu_read(struct child *child)
{
	struct xen_domctl call = {0};

	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_getvcpuinfo, child->id), 0);
	CHECK_EQUAL(call.u.getvcpuinfo.online, 1);
	return call.u.getvcpuinfo.cpu;
}

/* A hypervisor may let it leave a little later. */
static uint32_t cpu_of(struct child *child, uint32_t expected)
{
	for (int i = 0; i < 100000 && cpu_read(child) != expected; i++)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	return cpu_read(child);
}

void test_main(void)
{
	struct child *child = child_start(spin);

	hard = soft = 0;
	CHECK_EQUAL(affinity(XEN_DOMCTL_getvcpuaffinity, child, 0, XEN_VCPUAFFINITY_HARD), 0);
	CHECK_EQUAL(hard & 3, 3);
	for (uint32_t cpu = 0; cpu < 4; cpu++) {
		hard = 1ul << (cpu & 1);
		CHECK_EQUAL(set(child, XEN_VCPUAFFINITY_HARD), 0);
		CHECK_EQUAL(hard, 1ul << (cpu & 1));
		CHECK_EQUAL(cpu_of(child, cpu & 1), cpu & 1);
	}
	hard = 0;
	CHECK(set(child, XEN_VCPUAFFINITY_HARD) < 0);
	hard = 1ul << 40;
	CHECK(set(child, XEN_VCPUAFFINITY_HARD) < 0);
	hard = 1;
	soft = 3;
	CHECK_EQUAL(set(child, XEN_VCPUAFFINITY_HARD | XEN_VCPUAFFINITY_SOFT), 0);
	CHECK_EQUAL(hard, 1);
	CHECK_EQUAL(soft, 1); /* what it comes to */
	CHECK_EQUAL(affinity(XEN_DOMCTL_getvcpuaffinity, child, 0, XEN_VCPUAFFINITY_SOFT), 0);
	CHECK_EQUAL(soft & 3, 3);
	CHECK_EQUAL(set(child, 0), -XEN_EINVAL);
	CHECK_EQUAL(affinity(XEN_DOMCTL_setvcpuaffinity, child, 1, XEN_VCPUAFFINITY_HARD),
		    -XEN_EINVAL);
}
