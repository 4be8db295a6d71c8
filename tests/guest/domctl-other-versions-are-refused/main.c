/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A caller of another interface version is refused, whatever it asks. */
#include "guest/domctl.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_domctl call = {.cmd = XEN_DOMCTL_getdomaininfo};

	call.interface_version = XEN_DOMCTL_INTERFACE_VERSION - 1;
	CHECK_EQUAL(hypercall_domctl(&call), -XEN_EACCES);
	call.interface_version = XEN_DOMCTL_INTERFACE_VERSION + 1;
	CHECK_EQUAL(hypercall_domctl(&call), -XEN_EACCES);
	call.cmd = ~0u;
	CHECK_EQUAL(hypercall_domctl(&call), -XEN_EACCES);
	call.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	CHECK(hypercall_domctl(&call) < 0);
	call.cmd = XEN_DOMCTL_getdomaininfo;
	CHECK_EQUAL(hypercall_domctl(&call), 0);
	CHECK_EQUAL(call.u.getdomaininfo.domain, 0);
	CHECK_EQUAL(hypercall_domctl(NULL), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_domctl((void *)0xffff800000000000), -XEN_EFAULT);
}
