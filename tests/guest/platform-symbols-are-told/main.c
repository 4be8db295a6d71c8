/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENPF_get_symbol gives the hypervisor's functions in rising order and ends; CPUs that are online may be told to come. */
#include "abi/platform.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static struct xen_platform_op op = {.interface_version = XENPF_INTERFACE_VERSION};
static char name[64];

static long symbol_read(uint32_t number)
{
	op.cmd = XENPF_get_symbol;
	op.u.symdata = (struct xen_xenpf_symdata){
		.namelen = sizeof(name), .symnum = number, .name = (uint64_t)name};
	return hypercall_platform_op(&op);
}

static void check_symbols(void)
{
	uint64_t last = 0;
	uint32_t number = 0;
	bool found = false;

	for (;;) {
		REQUIRE_EQUAL(symbol_read(number), 0);
		if (op.u.symdata.symnum == number)
			break;
		CHECK(op.u.symdata.address >= last);
		CHECK(op.u.symdata.namelen > 1);
		last = op.u.symdata.address;
		number = op.u.symdata.symnum;
		found |= memcmp(name, "hypercall_platform_op", 22) == 0;
	}
	printf("%u symbols\n", number);
	CHECK(found);
	CHECK_EQUAL(symbol_read(number + 1), -XEN_ERANGE);
	op.u.symdata.name = 0x1234;
	op.u.symdata.symnum = 0;
	CHECK_EQUAL(hypercall_platform_op(&op), -XEN_EFAULT);
}

static long cpu_op(uint32_t command, uint32_t cpu)
{
	op.cmd = command;
	op.u.cpu_ol.cpuid = cpu;
	return hypercall_platform_op(&op);
}

void test_main(void)
{
	check_symbols();
	CHECK_EQUAL(cpu_op(XENPF_cpu_online, 0), 0);
	CHECK_EQUAL(cpu_op(XENPF_cpu_offline, 0), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(cpu_op(XENPF_cpu_online, 99), -XEN_EINVAL);
	CHECK_EQUAL(cpu_op(XENPF_cpu_offline, 99), -XEN_EINVAL);
}
