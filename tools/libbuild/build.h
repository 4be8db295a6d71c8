/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From kernel image files to a domain that can be unpaused. The domain exists, has its vcpus and
 * its memory limit; here its memory is taken, the image is loaded, page tables are made, the first
 * vcpu's context is set, console and xenstore pages are granted to who serves them. Nothing of the
 * guest's own disk is ever read here.
 */
#ifndef LIBBUILD_BUILD_H
#define LIBBUILD_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libctl/failure.h"

/* What is known of a kernel before anything is made of it. */
struct build_kernel;
/* Reads and unpacks the image (ELF; bzImage with gzip, xz, lzma, lz4, zstd payloads), checks headers,
 * PV notes and sizes. What was unpacked is kept in /var/cache/trestle/kernels, if that can be, until
 * the machine stops; who unpacks it already is waited for. No hypervisor is needed: `tl create --check' ends here. */
int build_kernel_open(const char *path, struct build_kernel **out, struct failure *failure);
/* Has a long unpacking told, in bytes, from now on; NULL: no more. */
void build_kernel_watch(void (*report)(void *context, uint64_t done, uint64_t total),
			void *context);
void build_kernel_close(struct build_kernel *kernel);
/* Borrowed; "" when it says none. */
const char *build_kernel_system(const struct build_kernel *kernel);
/* Bytes that image and ramdisk want at least to start at all. */
uint64_t build_kernel_least_memory(const struct build_kernel *kernel, uint64_t ramdisk_bytes);

struct build_request {
	uint32_t domid;
	const struct build_kernel *kernel;
	const char *ramdisk;	  /* a path, or NULL */
	const char *command_line; /* never NULL */
	uint64_t memory_kib;	  /* to begin with */
	uint64_t maximum_kib;	  /* the memory map's end: it may be ballooned up to this */
	uint32_t nr_vcpus;
	uint32_t console_domid, store_domid; /* who gets the grants and the other ends: 0 */
	/* done and total in pages; called about every 32,000 pages; may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *progress_context;
};

struct build_result {
	uint32_t store_port, console_port;   /* of the guest */
	uint64_t store_frame, console_frame; /* machine frames */
	uint64_t nr_pages;
};

int build_pv(struct ctl *ctl, const struct build_request *request, struct build_result *result,
	     struct failure *failure);

#endif
