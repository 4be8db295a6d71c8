/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loop devices and netlink on the kernel of this machine, in a network namespace of our own. */
#include <string.h>

#include "libdevice_host.h"

int main(void)
{
	static struct CMUnitTest all[32];

	memcpy(all, loop_tests.tests, loop_tests.count * sizeof(all[0]));
	memcpy(all + loop_tests.count, network_tests.tests, network_tests.count * sizeof(all[0]));
	return _cmocka_run_group_tests("libdevice_host", all,
				       loop_tests.count + network_tests.count, NULL, NULL);
}
