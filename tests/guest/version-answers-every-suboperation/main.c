/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENVER_*: version 4.17, strings with an end, the parameters of a 64-bit PV guest. */
#include "guest/hypercall.h"
#include "guest/test.h"

static char text[1024];

static void check_string(uint64_t command, unsigned int bytes)
{
	unsigned int length = 0;

	memset(text, 0xff, sizeof(text));
	CHECK(hypercall_version(command, text) >= 0);
	while (length < bytes && text[length])
		length++;
	if (!CHECK(length < bytes))
		printf("XENVER %lu has no end\n", command);
}

void test_main(void)
{
	struct xen_platform_parameters parameters = {0};

	CHECK_EQUAL(hypercall_version(XENVER_version, NULL), 4 << 16 | 17);
	check_string(XENVER_extraversion, XEN_EXTRAVERSION_LEN);
	check_string(XENVER_changeset, XEN_CHANGESET_INFO_LEN);
	check_string(XENVER_commandline, XEN_COMMANDLINE_LEN);
	check_string(XENVER_capabilities, XEN_CAPABILITIES_INFO_LEN);
	CHECK(strncmp(text, "xen-3.0-x86_64", 14) == 0);
	CHECK_EQUAL(hypercall_version(XENVER_compile_info, text), 0);
	CHECK_EQUAL(hypercall_version(XENVER_platform_parameters, &parameters), 0);
	CHECK_EQUAL(parameters.virt_start, HYPERVISOR_VIRT_START);
	CHECK_EQUAL(hypercall_version(XENVER_pagesize, NULL), 4096);
	CHECK_EQUAL(hypercall_version(XENVER_guest_handle, text), 0);
	CHECK_EQUAL(hypercall_version(11, text), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_version(~0u, text), -XEN_ENOSYS);
}
