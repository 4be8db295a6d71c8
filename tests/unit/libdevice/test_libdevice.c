/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of tools/libdom: store, disks, interfaces, devices. */
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "bench.h"

#define MAX_TESTS 96

/* A /run of our own: claims and sockets of tests that run beside these are not ours. */
static bool make_run(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", "/run", "tmpfs", 0, NULL) == 0;
}

int main(void)
{
	static const struct bench_tests *const groups[] = {
		&disk_tests,	&vif_tests,   &store_tests, &device_tests,
		&removal_tests, &claim_tests, &qemu_tests};
	static struct CMUnitTest all[MAX_TESTS];
	size_t count = 0;

	bench_has_run = make_run();
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		memcpy(all + count, groups[i]->tests, groups[i]->count * sizeof(all[0]));
		count += groups[i]->count;
	}
	return _cmocka_run_group_tests("libdevice", all, count, NULL, NULL);
}
