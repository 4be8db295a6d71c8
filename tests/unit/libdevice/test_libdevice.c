/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of tools/libdom: store, disks, interfaces, devices. */
#include <string.h>

#include "bench.h"

#define MAX_TESTS 96

int main(void)
{
	static const struct bench_tests *const groups[] = {
		&disk_tests,	&vif_tests,   &store_tests, &device_tests,
		&removal_tests, &claim_tests, &qemu_tests};
	static struct CMUnitTest all[MAX_TESTS];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		memcpy(all + count, groups[i]->tests, groups[i]->count * sizeof(all[0]));
		count += groups[i]->count;
	}
	return _cmocka_run_group_tests("libdevice", all, count, NULL, NULL);
}
