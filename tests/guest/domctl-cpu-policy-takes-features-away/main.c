/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPUID policy of a domain is listed; what the tools take away is gone for it, what isn't there can't be given. */
#include "abi/arch_x86_64.h"
#include "guest/child.h"
#include "guest/sysctl.h"
#include "guest/test.h"

#define SSE42 (1u << 20)
#define VMX (1u << 5)
#define BRAND 0x64617254u

static struct xen_cpuid_leaf leaves[256];
static struct xen_msr_entry msrs[16];
static struct xen_domctl call;

static long policy(uint32_t command, uint16_t id, uint32_t nr)
{
	memset(&call, 0, sizeof(call));
	call.u.cpu_policy.leaves = (uint64_t)leaves;
	call.u.cpu_policy.msrs = (uint64_t)msrs;
	call.u.cpu_policy.nr_leaves = nr;
	call.u.cpu_policy.nr_msrs = command == XEN_DOMCTL_get_cpu_policy ? ARRAY_SIZE(msrs) : 0;
	return domctl_send(&call, command, id);
}

static struct xen_cpuid_leaf *leaf_find(uint32_t leaf, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		if (leaves[i].leaf == leaf)
			return &leaves[i];
	}
	test_fail("leaf 0x%x is not listed", leaf);
}

static void look(void)
{
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("ud2; .ascii \"xen\"; cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	child_mailbox.words[0] = c;
	a = 0x80000002;
	c = 0;
	__asm__ volatile("ud2; .ascii \"xen\"; cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	child_mailbox.words[1] = a;
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_sysctl sizes = {.u.cpu_policy.index = XEN_SYSCTL_cpu_policy_pv_default};
	uint32_t nr;

	CHECK_EQUAL(sysctl_send(&sizes, XEN_SYSCTL_get_cpu_policy), 0);
	CHECK(sizes.u.cpu_policy.nr_leaves > 10 && sizes.u.cpu_policy.nr_leaves <= 256);
	CHECK_EQUAL(policy(XEN_DOMCTL_get_cpu_policy, child->id, 1), -XEN_ENOBUFS);
	REQUIRE_EQUAL(policy(XEN_DOMCTL_get_cpu_policy, child->id, ARRAY_SIZE(leaves)), 0);
	nr = call.u.cpu_policy.nr_leaves;
	CHECK(leaf_find(1, nr)->c & SSE42);
	CHECK(!(leaf_find(1, nr)->c & VMX));
	leaf_find(1, nr)->c &= ~SSE42;
	leaf_find(0x80000002, nr)->a = BRAND;
	REQUIRE_EQUAL(policy(XEN_DOMCTL_set_cpu_policy, child->id, nr), 0);
	REQUIRE_EQUAL(policy(XEN_DOMCTL_get_cpu_policy, child->id, ARRAY_SIZE(leaves)), 0);
	CHECK(!(leaf_find(1, nr)->c & SSE42));
	leaf_find(0, nr)->a = 0x1000;
	CHECK_EQUAL(policy(XEN_DOMCTL_set_cpu_policy, child->id, nr), -XEN_EINVAL);
	CHECK_EQUAL(call.u.cpu_policy.err_leaf, 0);
	CHECK_EQUAL(policy(XEN_DOMCTL_set_cpu_policy, 0, nr), -XEN_EINVAL);
	CHECK_EQUAL(policy(XEN_DOMCTL_set_cpu_policy, child->id, 100000), -XEN_E2BIG);
	child_build(child, look);
	child_unpause(child);
	REQUIRE(child_wait(child));
	CHECK(!(child->mailbox->words[0] & SSE42));
	CHECK_EQUAL(child->mailbox->words[1], BRAND);
	CHECK_EQUAL(policy(XEN_DOMCTL_set_cpu_policy, child->id, 0), -XEN_EEXIST);
}
