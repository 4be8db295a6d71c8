/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan against this machine, without the hypervisor: files, kernel, devices.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libbuild/build.h"
#include "libdom/device.h"
#include "libdom/plan.h"

static const char *const stage = "checking the plan";

static int file_size(const char *path, const char *next, uint64_t *bytes, struct failure *failure)
{
	struct stat status;

	*bytes = 0;
	if (!path)
		return 0;
	if (stat(path, &status))
		return failure_set_errno(
			failure, errno == ENOENT ? FAILURE_NOT_FOUND : FAILURE_CONFIGURATION, errno,
			stage, path, next);
	if (!S_ISREG(status.st_mode))
		return failure_set(failure, FAILURE_CONFIGURATION, stage, path, "this is no file",
				   next);
	*bytes = (uint64_t)status.st_size;
	return 0;
}

static int check_kernel(const struct plan *plan, const struct build_kernel *kernel,
			struct failure *failure)
{
	uint64_t ramdisk_bytes, least;
	char cause[160];

	if (file_size(plan->ramdisk, "correct `ramdisk'", &ramdisk_bytes, failure))
		return -1;
	least = build_kernel_least_memory(kernel, ramdisk_bytes);
	if ((uint64_t)plan->memory_kib * 1024 >= least)
		return 0;
	snprintf(cause, sizeof(cause), "kernel and ramdisk want %llu MiB, the guest has %lld",
		 (unsigned long long)(least + (1 << 20) - 1) >> 20,
		 (long long)plan->memory_kib / 1024);
	return failure_set(failure, FAILURE_CONFIGURATION, stage, plan->kernel, cause,
			   "raise `memory'");
}

int plan_open_kernel(const struct plan *plan, struct build_kernel **kernel, struct failure *failure)
{
	const char *next = plan->bootloader ? "install Debian's package grub-xen-bin"
					    : "correct `kernel'";
	uint64_t bytes;

	if (file_size(plan->kernel, next, &bytes, failure) ||
	    build_kernel_open(plan->kernel, kernel, failure))
		return -1;
	if (!check_kernel(plan, *kernel, failure))
		return 0;
	build_kernel_close(*kernel);
	return -1;
}

int plan_check_machine(struct plan *plan, struct failure *failure)
{
	struct build_kernel *kernel;

	if (plan_open_kernel(plan, &kernel, failure))
		return -1;
	build_kernel_close(kernel);
	return device_check(plan->disks, plan->nr_disks, plan->vifs, plan->nr_vifs, failure);
}
