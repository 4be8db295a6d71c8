/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every refused row of sysctl.def gives its error. */
#include "guest/sysctl.h"
#include "guest/test.h"

static const struct {
	uint32_t command;
	int32_t error;
} rows[] = {
	{XEN_SYSCTL_get_pmstat, XEN_ENODEV},   {XEN_SYSCTL_pm_op, XEN_ENODEV},
	{XEN_SYSCTL_lockprof_op, XEN_ENOSYS},  {XEN_SYSCTL_coverage_op, XEN_EOPNOTSUPP},
	{XEN_SYSCTL_psr_cmt_op, XEN_ENODEV},   {XEN_SYSCTL_psr_alloc, XEN_ENODEV},
	{XEN_SYSCTL_livepatch_op, XEN_ENOSYS},
};

void test_main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xen_sysctl call = {0};

		if (!CHECK_EQUAL(sysctl_send(&call, rows[i].command), -rows[i].error))
			printf("sysctl %u\n", rows[i].command);
	}
}
