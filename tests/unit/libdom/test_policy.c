/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `cpuid' in both forms. */
#include "libdom.h"

#include <stdlib.h>
#include <string.h>

#include "libdom/policy.h"

static const xen_cpuid_leaf_t defaults[] = {
	{0, XEN_CPUID_NO_SUBLEAF, 0x16, 0, 0, 0},
	{1, XEN_CPUID_NO_SUBLEAF, 0x000306a9, 0x00100800, 0xffffffff, 0x0fffffff},
	{7, 0, 2, 0x0000ffff, 0, 0},
};
static const xen_cpuid_leaf_t host[] = {
	{1, XEN_CPUID_NO_SUBLEAF, 0x000406f1, 0x00200800, 0x00000001, 0x00000002},
};

/* Leaf `index' of the defaults after the change. */
static xen_cpuid_leaf_t changed(const char *text, size_t index)
{
	struct policy_changes changes = {0};
	xen_cpuid_leaf_t leaves[3];
	const char *cause;

	memcpy(leaves, defaults, sizeof(leaves));
	assert_int_equal(policy_parse(text, &changes, &cause), 0);
	policy_change_leaves(&changes, leaves, 3, host, 1);
	policy_changes_free(&changes);
	return leaves[index];
}

static void assert_refused(const char *text, const char *expected)
{
	struct policy_changes changes = {0};
	const char *cause = "";

	assert_int_equal(policy_parse(text, &changes, &cause), -1);
	assert_string_equal(cause, expected);
	policy_changes_free(&changes);
}

static void policy_names_set_and_clear_bits(void **state)
{
	(void)state;
	assert_int_equal(changed("host,sse3=0", 1).c, 0xfffffffe);
	assert_int_equal(changed("host,tm=0,sse3=0", 1).c, 0xfffffffe);
	assert_int_equal(changed("host,sse4-1=0", 1).c, 0xfff7ffff);
	assert_int_equal(changed("host,sse4.1=0", 1).c, 0xfff7ffff);
	assert_int_equal(changed("HOST,SSE4_1=0", 1).c, 0xfff7ffff);
	assert_int_equal(changed("host,fpu=0,clfsh=0", 1).d, 0x0ff7fffe);
	assert_int_equal(changed("host,avx2=0,bmi1=1", 2).b, 0x0000ffdf);
	assert_int_equal(changed("host", 1).c, 0xffffffff);
	assert_int_equal(changed("host,sse3=x", 1).c, 0xffffffff);
}

static void policy_host_bits_are_copied(void **state)
{
	(void)state;
	assert_int_equal(changed("host,sse3=k", 1).c, 0xffffffff);
	assert_int_equal(changed("host,pclmulqdq=k", 1).c, 0xfffffffd);
	assert_int_equal(changed("host,fpu=s", 1).d, 0x0ffffffe);
}

static void policy_numbers_fill_their_fields(void **state)
{
	(void)state;
	assert_int_equal(changed("host,family=6", 1).a, 0x000306a9);
	assert_int_equal(changed("host,family=23", 1).a, 0x00830fa9);
	assert_int_equal(changed("host,model=0x2d,stepping=7", 1).a, 0x000206d7);
	assert_int_equal(changed("host,maxleaf=0xd", 0).a, 0xd);
	assert_int_equal(changed("host,proccount=4,clflush=16", 1).b, 0x00041000);
}

static void policy_leaves_take_bit_strings(void **state)
{
	(void)state;
	assert_int_equal(changed("1:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0,"
				 "edx=xx0xxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
				 1)
				 .c,
			 0xfffffffe);
	assert_int_equal(changed("0x7,0:ebx=1xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0", 2).b, 0x8000fffe);
	assert_int_equal(changed("0x80000001:ecx=00000000000000000000000000000000", 1).c,
			 0xffffffff);
}

static void policy_faults_are_named(void **state)
{
	(void)state;
	assert_refused("sse3=0", "the string must begin with `host', or be LEAF:REGISTER=BITS");
	assert_refused("host,bogus=0", "there is no CPU feature of this name");
	assert_refused("host,sse3=2", "the value of a feature is one of 0, 1, x, k, s");
	assert_refused("host,sse3=", "the value of a feature is one of 0, 1, x, k, s");
	assert_refused("host,sse3", "a feature is written NAME=VALUE");
	assert_refused("host,", "a feature is written NAME=VALUE");
	assert_refused("host,stepping=16", "the number does not fit its field");
	assert_refused("host,family=x", "the number does not fit its field");
	assert_refused("1:eax=0", "a register has 32 bits, each one of 0, 1, x, k, s");
	assert_refused("1:eex=0", "a register is written eax=, ebx=, ecx= or edx=");
	assert_refused(":eax=0", "this is no number of a leaf");
	assert_refused("1,y:eax=0", "this is no number of a leaf");
}

int test_policy(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_names_set_and_clear_bits),
		cmocka_unit_test(policy_host_bits_are_copied),
		cmocka_unit_test(policy_numbers_fill_their_fields),
		cmocka_unit_test(policy_leaves_take_bit_strings),
		cmocka_unit_test(policy_faults_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
