/* SPDX-License-Identifier: GPL-2.0-or-later */
/* createdomain checks each field before it makes anything; numbers are given out, taken ones refused. */
#include "abi/arch_x86_64.h"
#include "guest/child.h"
#include "guest/test.h"

static long create(struct xen_domctl *call, uint16_t id)
{
	long result = domctl_send(call, XEN_DOMCTL_createdomain, id);

	if (result == 0)
		CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, call->domain), 0);
	return result;
}

#define REFUSED_WITH(error, field, value)               \
	do {                                            \
		struct xen_domctl bad;                  \
                                                        \
		child_configure(&bad);                  \
		bad.u.createdomain.field = (value);     \
		CHECK_EQUAL(create(&bad, 0), -(error)); \
	} while (0)
#define REFUSED(field, value) REFUSED_WITH(XEN_EINVAL, field, value)

void test_main(void)
{
	struct xen_domctl call;
	uint64_t before = host_free_pages();
	uint16_t first;

	REFUSED(flags, XEN_DOMCTL_CDF_hap);
	REFUSED(flags, XEN_DOMCTL_CDF_MAX << 1);
	REFUSED(flags, XEN_DOMCTL_CDF_iommu);
	REFUSED(iommu_opts, 1);
	REFUSED(max_vcpus, 0);
	REFUSED(max_vcpus, 100000);
	REFUSED(grant_opts, 0);
	REFUSED(grant_opts, 3);
	REFUSED(grant_opts, 0x10 | 2);
	REFUSED(max_grant_frames, 0);
	REFUSED(vmtrace_size, 8192);
	REFUSED_WITH(XEN_EOPNOTSUPP, arch.emulation_flags, XEN_X86_EMU_LAPIC);
	REFUSED(arch.misc_flags, XEN_X86_MISC_FLAGS_MAX << 1);
	child_configure(&call);
	REQUIRE_EQUAL(domctl_send(&call, XEN_DOMCTL_createdomain, 0), 0);
	first = call.domain;
	CHECK(first > 0 && first < DOMID_FIRST_RESERVED);
	child_configure(&call);
	CHECK_EQUAL(create(&call, first), -XEN_EEXIST);
	child_configure(&call);
	CHECK_EQUAL(create(&call, 77), 0);
	CHECK_EQUAL(call.domain, 77);
	child_configure(&call);
	CHECK_EQUAL(create(&call, 0), 0);
	CHECK(call.domain != first && call.domain != 0);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, first), 0);
	CHECK(domain_wait_gone(first));
	CHECK(domain_wait_gone(77));
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, first), -XEN_ESRCH);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, 0), -XEN_EINVAL);
	CHECK(host_wait_free_pages(before - 16));
}
