/* SPDX-License-Identifier: GPL-2.0-or-later */
/* perfc_op names the counters, gives their values as they rise, and sets them to zero. */
#include "guest/page.h"
#include "guest/sysctl.h"
#include "guest/test.h"
#include "guest/trap.h"

#define MAX_COUNTERS 100
#define MAX_VALUES 4000

static struct xen_sysctl_perfc_desc names[MAX_COUNTERS];
static uint32_t values[MAX_VALUES], nr_counters, nr_values;

static long counters_read(uint32_t command)
{
	struct xen_sysctl call = {0};
	long result;

	call.u.perfc_op.cmd = command;
	call.u.perfc_op.desc = (uint64_t)names;
	call.u.perfc_op.val = (uint64_t)values;
	result = sysctl_send(&call, XEN_SYSCTL_perfc_op);
	nr_counters = call.u.perfc_op.nr_counters;
	nr_values = call.u.perfc_op.nr_vals;
	return result;
}

static bool text_is(const int8_t *name, const char *text)
{
	unsigned int i = 0;

	while (text[i] && name[i] == text[i])
		i++;
	return !text[i] && !name[i];
}

/* All processors together. */
static uint64_t sum_of(const char *text)
{
	uint32_t first = 0;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < nr_counters; first += names[i++].nr_vals) {
		if (!text_is(names[i].name, text))
			continue;
		for (uint32_t j = 0; j < names[i].nr_vals; j++)
			sum += values[first + j];
		return sum;
	}
	test_fail("no counter %s", text);
}

static void check_sizes(void)
{
	struct xen_sysctl call = {0};

	call.u.perfc_op.cmd = XEN_SYSCTL_PERFCOP_query;
	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_perfc_op), 0);
	REQUIRE(call.u.perfc_op.nr_counters >= 18 && call.u.perfc_op.nr_counters <= MAX_COUNTERS);
	REQUIRE(call.u.perfc_op.nr_vals <= MAX_VALUES);
	call.u.perfc_op.cmd = 7;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_perfc_op), -XEN_EINVAL);
}

void test_main(void)
{
	uint64_t before;

	check_sizes();
	REQUIRE_EQUAL(counters_read(XEN_SYSCTL_PERFCOP_query), 0);
	before = sum_of("hypercall: multicalls");
	for (unsigned int i = 0; i < 5; i++)
		CHECK_EQUAL(hypercall_multicall(NULL, 0), 0);
	REQUIRE_EQUAL(counters_read(XEN_SYSCTL_PERFCOP_query), 0);
	CHECK(sum_of("hypercall: multicalls") >= before + 5);
	CHECK(sum_of("sched: decisions") > 0);
	REQUIRE_EQUAL(counters_read(XEN_SYSCTL_PERFCOP_reset), 0);
	CHECK_EQUAL(sum_of("hypercall: multicalls"), 0);
}
