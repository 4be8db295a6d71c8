/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XSAVE state, MSRs and callbacks of a vcpu are read and set; what the processor would refuse is refused before. */
#include "guest/child.h"
#include "guest/test.h"

static uint64_t state[1024];

static long extended(uint32_t command, struct child *child, uint64_t size, uint64_t mask)
{
	struct xen_domctl call = {0};
	long result;

	call.u.vcpuextstate.size = size;
	call.u.vcpuextstate.xfeature_mask = mask;
	call.u.vcpuextstate.buffer = (uint64_t)state;
	result = domctl_send(&call, command, child->id);
	if (!size && !mask) {
		state[0] = call.u.vcpuextstate.size;
		state[1] = call.u.vcpuextstate.xfeature_mask;
	}
	return result;
}

static void load(void)
{
	uint64_t cr4;

	__asm__ volatile("mov %%cr4, %0; or %1, %0; mov %0, %%cr4" : "=&r"(cr4) : "r"(1ul << 18));
	__asm__ volatile("xsetbv" ::"c"(0), "a"(7), "d"(0));
	child_mailbox.words[0] = 1;
	__asm__ volatile("clts; movq %0, %%xmm5; 1: pause; jmp 1b" ::"r"(0x5555ul));
}

static void check_bad_states(struct child *child, uint64_t size)
{
	static const struct {
		unsigned int word;
		uint64_t value;
	} bad[] = {
		{0, 0},			 /* XCR0 without x87 */
		{0, ~0ul},		 /* more than there is */
		{2 + 64, 1ul << 62},	 /* components that aren't enabled */
		{2 + 64 + 1, 1ul << 63}, /* the compacted form */
		{2 + 64 + 3, 1},	 /* reserved */
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		uint64_t before = state[bad[i].word];

		state[bad[i].word] = bad[i].value;
		if (!CHECK(extended(XEN_DOMCTL_setvcpuextstate, child, size, 0) < 0))
			printf("bad state %u\n", i);
		state[bad[i].word] = before;
	}
}

static void check_msrs(struct child *child)
{
	struct xen_domctl_vcpu_msr msr = {.index = 0xc0000080, .value = 1};
	struct xen_domctl call = {0};

	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_get_vcpu_msrs, child->id), 0);
	CHECK(call.u.vcpu_msrs.msr_count > 0);
	call.u.vcpu_msrs.msr_count = 1;
	call.u.vcpu_msrs.msrs = (uint64_t)&msr;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_set_vcpu_msrs, child->id), -XEN_EINVAL);
}

static void check_callbacks(struct child *child)
{
	struct xen_domctl call = {0};

	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_get_ext_vcpucontext, child->id), 0);
	CHECK(call.u.ext_vcpucontext.size > 0);
	call.u.ext_vcpucontext.syscall32_callback_eip = 0x8000000000000000;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_set_ext_vcpucontext, child->id), -XEN_EINVAL);
	call.u.ext_vcpucontext.syscall32_callback_eip = 0x123000;
	call.u.ext_vcpucontext.sysenter_callback_eip = 0x8000000000000000;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_set_ext_vcpucontext, child->id), -XEN_EINVAL);
	call.u.ext_vcpucontext.sysenter_callback_eip = 0x124000;
	call.u.ext_vcpucontext.sysenter_disables_events = 1;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_set_ext_vcpucontext, child->id), 0);
	memset(&call.u, 0, sizeof(call.u));
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_get_ext_vcpucontext, child->id), 0);
	CHECK_EQUAL(call.u.ext_vcpucontext.syscall32_callback_eip, 0x123000);
	CHECK_EQUAL(call.u.ext_vcpucontext.sysenter_callback_eip, 0x124000);
	CHECK_EQUAL(call.u.ext_vcpucontext.sysenter_disables_events, 1);
}

void test_main(void)
{
	struct child *child = child_start(load);
	uint64_t size, mask;

	REQUIRE(child_wait_word(child, 0, 1));
	REQUIRE_EQUAL(extended(XEN_DOMCTL_getvcpuextstate, child, 0, 0), 0);
	size = state[0];
	mask = state[1];
	REQUIRE(size > 16 + 576 && size <= sizeof(state));
	state[2 + 30] = 0;
	for (int i = 0; i < 10000 && state[2 + 30] != 0x5555; i++)
		REQUIRE_EQUAL(extended(XEN_DOMCTL_getvcpuextstate, child, size, mask), 0);
	/* XMM5 is at 160 + 5 * 16 of the area. */
	CHECK_EQUAL(state[2 + 30], 0x5555);
	check_bad_states(child, size);
	state[2 + 30] = 0x6666;
	CHECK_EQUAL(extended(XEN_DOMCTL_setvcpuextstate, child, size, 0), 0);
	memset(state, 0, sizeof(state));
	CHECK_EQUAL(extended(XEN_DOMCTL_getvcpuextstate, child, size, mask), 0);
	CHECK_EQUAL(state[2 + 30], 0x6666);
	check_msrs(child);
	check_callbacks(child);
}
