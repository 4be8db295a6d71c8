/* SPDX-License-Identifier: GPL-2.0-or-later */
/* platform_op: a wrong version is -EACCES, unknown commands -ENOSYS, harmless queries are answered. */
#include "abi/platform.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static struct xen_platform_op call;

static long platform(uint32_t command)
{
	call.cmd = command;
	call.interface_version = XENPF_INTERFACE_VERSION;
	return hypercall_platform_op(&call);
}

void test_main(void)
{
	long result;

	call.cmd = XENPF_get_cpuinfo;
	call.interface_version = 0x12345678;
	CHECK_EQUAL(hypercall_platform_op(&call), -XEN_EACCES);
	CHECK_EQUAL(platform(0), -XEN_ENOSYS);
	CHECK_EQUAL(platform(9999), -XEN_ENOSYS);
	memset(&call, 0, sizeof(call));
	CHECK_EQUAL(platform(XENPF_get_cpuinfo), 0);
	CHECK(call.u.pcpu_info.flags & XEN_PCPU_FLAGS_ONLINE);
	CHECK_EQUAL(call.u.pcpu_info.apic_id, 0);
	memset(&call, 0, sizeof(call));
	call.u.pcpu_info.xen_cpuid = 4000;
	CHECK_EQUAL(platform(XENPF_get_cpuinfo), 0);
	CHECK(call.u.pcpu_info.flags & XEN_PCPU_FLAGS_INVALID);
	memset(&call, 0, sizeof(call));
	call.u.firmware_info.type = 99;
	CHECK_EQUAL(platform(XENPF_firmware_info), -XEN_EINVAL);
	memset(&call, 0, sizeof(call));
	call.u.cpu_ol.cpuid = 4000;
	result = platform(XENPF_cpu_offline);
	CHECK(result == -XEN_EINVAL || result == -XEN_ENOSYS);
	memset(&call, 0, sizeof(call));
	call.u.settime64.mbz = 1;
	CHECK_EQUAL(platform(XENPF_settime64), -XEN_EINVAL);
	memset(&call, 0, sizeof(call));
	call.u.microcode.data = (uint64_t)&call;
	call.u.microcode.length = 1;
	CHECK(platform(XENPF_microcode_update) < 0);
}
