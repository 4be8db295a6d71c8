/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guests are told of their processor: nothing that the host lacks, nothing that isn't theirs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "asm/cpu_features.h"
#include "asm/cpu_policy.h"
#include "asm/xstate.h"
#include "fake.h"
#include "hv/acpi.h"
#include "hv/time.h"

#define LEAF_FEATURES 1
#define LEAF_STRUCTURED 7
#define LEAF_XSTATE 0xd
#define LEAF_HYPERVISOR 0x40000000U
#define LEAF_EXTENDED 0x80000000U
#define BIT(n) (1U << (n))
#define HYPERVISOR_PRESENT BIT(31)
#define OSXSAVE BIT(27)
#define MTRR BIT(12)

struct cpu_host cpu_host;
struct acpi_information acpi_information;
static uint64_t components;
static struct domain *dom0, *guest;

uint64_t xstate_components(void)
{
	return components;
}

uint32_t xstate_bytes(void)
{
	return 832;
}

const struct time_record *time_record_this_cpu(void)
{
	static const struct time_record record = {.multiplier = 0x80000000, .shift = -1};

	return &record;
}

static void policies_make(uint32_t features)
{
	for (unsigned int i = 0; i < NR_CPU_FEATURE_WORDS; i++)
		cpu_host.features[i] = features;
	cpu_host.max_leaf = 0x20;
	cpu_host.max_extended_leaf = 0x80000021;
	cpu_host.physical_bits = 46;
	dom0->arch.policy = cpu_policy_create(dom0);
	guest->arch.policy = cpu_policy_create(guest);
	assert_non_null(dom0->arch.policy);
	assert_non_null(guest->arch.policy);
	dom0->vcpu[0]->arch.policy = dom0->arch.policy;
	guest->vcpu[0]->arch.policy = guest->arch.policy;
}

static struct cpuid_result leaf_of(const struct domain *d, uint32_t leaf, uint32_t subleaf)
{
	return cpu_policy_read(d->vcpu[0], leaf, subleaf);
}

static int set_up(void **state)
{
	(void)state;
	fake_machine_start();
	components = XCR0_X87 | XCR0_SSE | XCR0_AVX;
	dom0 = fake_domain_create(0, 1);
	guest = fake_domain_create(1, 1);
	dom0->is_hardware = true;
	acpi_information.nr_processors = 1;
	acpi_information.processors[0].apic_id = 6;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cpu_policy_destroy(dom0->arch.policy);
	cpu_policy_destroy(guest->arch.policy);
	return 0;
}

/* A processor with every bit there is, those of the future included. */
static void test_only_what_is_in_the_table_is_offered(void **state)
{
	struct cpuid_result r;

	(void)state;
	policies_make(~0U);
	r = leaf_of(guest, LEAF_FEATURES, 0);
	assert_int_equal(r.ecx & (BIT(3) | BIT(5) | BIT(6) | BIT(17) | BIT(21) | BIT(24)), 0);
	assert_int_equal(r.edx & (BIT(1) | BIT(3) | BIT(13) | BIT(17)), 0);
	assert_int_equal(leaf_of(guest, LEAF_EXTENDED + 1, 0).ecx & (BIT(2) | BIT(3) | BIT(12)), 0);
	assert_int_equal(leaf_of(guest, LEAF_EXTENDED + 1, 0).edx & BIT(26), 0);
	r = leaf_of(guest, LEAF_STRUCTURED, 0);
	assert_int_equal(r.ebx & (BIT(7) | BIT(10) | BIT(20) | BIT(25)), 0);
	assert_int_equal(r.ecx & (BIT(2) | BIT(3) | BIT(16)), 0);
	assert_int_equal(r.edx & (BIT(26) | BIT(27) | BIT(29) | BIT(31)), 0);
	assert_true(r.ebx & BIT(5));
}

static void test_nothing_is_offered_that_the_host_lacks(void **state)
{
	struct cpuid_result r;

	(void)state;
	components = 0;
	policies_make(0);
	r = leaf_of(dom0, LEAF_FEATURES, 0);
	assert_int_equal(r.ecx, HYPERVISOR_PRESENT);
	assert_int_equal(r.edx, 0);
	r = leaf_of(dom0, LEAF_STRUCTURED, 0);
	assert_int_equal(r.ebx | r.ecx | r.edx, 0);
	r = leaf_of(dom0, LEAF_XSTATE, 0);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
}

static void test_the_hardware_domain_sees_more(void **state)
{
	(void)state;
	policies_make(~0U);
	assert_true(leaf_of(dom0, LEAF_FEATURES, 0).edx & MTRR);
	assert_false(leaf_of(guest, LEAF_FEATURES, 0).edx & MTRR);
	assert_int_equal(leaf_of(dom0, LEAF_EXTENDED + 7, 0).edx, BIT(8));
	assert_int_equal(leaf_of(guest, LEAF_EXTENDED + 7, 0).edx, 0);
	assert_int_equal(leaf_of(dom0, LEAF_FEATURES, 0).ebx >> 24, 6);
	assert_int_equal(leaf_of(guest, LEAF_FEATURES, 0).ebx >> 24, 0);
}

/* Which threads and cores there are is told to the hardware domain only. */
static void test_guests_see_no_topology(void **state)
{
	struct cpuid_result r;

	(void)state;
	policies_make(~0U);
	r = leaf_of(guest, LEAF_FEATURES, 0);
	assert_int_equal(r.ebx >> 16 & 0xff, 1);
	assert_false(r.edx & BIT(28));
	assert_true(leaf_of(dom0, LEAF_FEATURES, 0).edx & BIT(28));
	assert_int_equal(leaf_of(guest, 4, 0).eax & 0xffffc000, 0);
	for (uint32_t subleaf = 0; subleaf < 3; subleaf++) {
		r = leaf_of(guest, 0xb, subleaf);
		assert_int_equal(r.eax | r.ebx | (r.ecx & ~0xffU), 0);
	}
	assert_int_equal(leaf_of(guest, LEAF_EXTENDED + 8, 0).ecx, 0);
	r = leaf_of(guest, LEAF_EXTENDED + 0x1e, 0);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
}

static void test_extended_state_follows_what_is_enabled(void **state)
{
	(void)state;
	policies_make(~0U);
	assert_true(leaf_of(guest, LEAF_FEATURES, 0).ecx & OSXSAVE);
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 0).eax, components);
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 0).ecx, 832);
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 1).eax, BIT(0) | BIT(1) | BIT(2));
	/* MPX, AVX-512, PKU, AMX: not enabled here, so not there. */
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 3).eax, 0);
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 9).eax, 0);
	assert_int_equal(leaf_of(guest, LEAF_XSTATE, 63).eax, 0);
}

static void test_leaves_end_where_the_table_ends(void **state)
{
	struct cpuid_result r;

	(void)state;
	policies_make(~0U);
	assert_int_equal(leaf_of(guest, 0, 0).eax, LEAF_XSTATE);
	assert_int_equal(leaf_of(guest, LEAF_EXTENDED, 0).eax, 0x8000001e);
	r = leaf_of(guest, 0x14, 0);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
	/* MONITOR, thermal, performance counters: hidden within the range. */
	for (uint32_t leaf = 5; leaf <= 0xa; leaf++) {
		if (leaf == LEAF_STRUCTURED)
			continue;
		r = leaf_of(guest, leaf, 0);
		assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
	}
	r = leaf_of(guest, LEAF_EXTENDED + 0xa, 0); /* SVM */
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
}

static void test_the_hypervisor_names_itself(void **state)
{
	struct cpuid_result r;
	char name[13] = {0};

	(void)state;
	policies_make(0);
	r = leaf_of(guest, LEAF_HYPERVISOR, 0);
	memcpy(name, &r.ebx, 4);
	memcpy(name + 4, &r.ecx, 4);
	memcpy(name + 8, &r.edx, 4);
	assert_string_equal(name, "XenVMMXenVMM");
	assert_true(r.eax >= LEAF_HYPERVISOR + 2);
	assert_int_equal(leaf_of(guest, LEAF_HYPERVISOR + 1, 0).eax, 4 << 16 | 17);
	assert_int_equal(leaf_of(guest, LEAF_HYPERVISOR + 5, 0).ebx, 46);
	r = leaf_of(guest, LEAF_HYPERVISOR + 0x100, 0);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_only_what_is_in_the_table_is_offered, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_offered_that_the_host_lacks, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_hardware_domain_sees_more, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_guests_see_no_topology, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_extended_state_follows_what_is_enabled, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_leaves_end_where_the_table_ends, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_hypervisor_names_itself, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
