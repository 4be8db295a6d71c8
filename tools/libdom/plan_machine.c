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

static int check_memory(const struct plan *plan, const struct build_kernel *kernel,
			uint64_t ramdisk_bytes, struct failure *failure)
{
	uint64_t least = build_kernel_least_memory(kernel, ramdisk_bytes);
	char cause[160];

	if ((uint64_t)plan->memory_kib * 1024 >= least)
		return 0;
	snprintf(cause, sizeof(cause), "kernel and ramdisk want %llu MiB, the guest has %lld",
		 (unsigned long long)(least + (1 << 20) - 1) >> 20,
		 (long long)plan->memory_kib / 1024);
	return failure_set(failure, FAILURE_CONFIGURATION, stage, plan->kernel, cause,
			   "raise `memory'");
}

static int check_kernel(const struct plan *plan, struct failure *failure)
{
	struct build_kernel *kernel;
	uint64_t kernel_bytes, ramdisk_bytes;
	int ret;

	if (file_size(plan->kernel,
		      plan->bootloader ? "install Debian's package grub-xen-bin"
				       : "correct `kernel'",
		      &kernel_bytes, failure) ||
	    file_size(plan->ramdisk, "correct `ramdisk'", &ramdisk_bytes, failure) ||
	    build_kernel_open(plan->kernel, &kernel, failure))
		return -1;
	ret = check_memory(plan, kernel, ramdisk_bytes, failure);
	build_kernel_close(kernel);
	return ret;
}

int plan_check_machine(struct plan *plan, struct failure *failure)
{
	if (check_kernel(plan, failure))
		return -1;
	return device_check(plan->disks, plan->nr_disks, plan->vifs, plan->nr_vifs, failure);
}
