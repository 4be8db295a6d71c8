/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENVER_build_id: a null handle asks for the length; a short buffer is refused; else the bytes. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static union {
		struct xen_build_id id;
		uint8_t bytes[68];
	} buffer;
	long length = hypercall_version(XENVER_build_id, NULL);

	if (length == -XEN_ENODATA)
		test_skip("the hypervisor has no build id");
	REQUIRE(length > 0 && length <= 64);
	buffer.id.len = (uint32_t)length - 1;
	CHECK_EQUAL(hypercall_version(XENVER_build_id, &buffer), -XEN_ENOBUFS);
	buffer.id.len = 0;
	CHECK_EQUAL(hypercall_version(XENVER_build_id, &buffer), -XEN_EINVAL);
	buffer.id.len = 64;
	memset(buffer.id.buf, 0xee, 64);
	CHECK_EQUAL(hypercall_version(XENVER_build_id, &buffer), length);
	CHECK_EQUAL(buffer.bytes[4 + length], 0xee);
}
