/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every refused row of domctl.def gives its error; numbers without a row -ENOSYS; rows with a domain want one. */
#include "guest/domctl.h"
#include "guest/test.h"

#include "hv/errno.h"

enum { NOBODY, DOMAIN };

static const struct {
	uint32_t command;
	int error; /* 0: served */
	int target;
} rows[] = {
#define DOMCTL(name, permission, payload, target) {XEN_DOMCTL_##name, 0, target},
#define REFUSED(name, error) {XEN_DOMCTL_##name, error, 0},
#include "../../../hypervisor/hypercall/domctl.def"
};

static bool has_row(uint32_t command)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].command == command)
			return true;
	}
	return false;
}

static void check(uint32_t command, int error)
{
	struct xen_domctl call = {0};

	if (!CHECK_EQUAL(domctl_send(&call, command, 4321), -error))
		printf("domctl %u\n", command);
}

void test_main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].error)
			check(rows[i].command, rows[i].error);
		else if (rows[i].target == DOMAIN)
			check(rows[i].command, XEN_ESRCH);
	}
	for (uint32_t command = 0; command < 1100; command++) {
		if (!has_row(command))
			check(command, XEN_ENOSYS);
	}
	check(~0u, XEN_ENOSYS);
}
