/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor, the builder and the devices of world.h. */
#include "world.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fake_xenstore.h"
#include "libbuild/build.h"
#include "libctl/ctl.h"

struct world world;

void world_reset(void)
{
	world = (struct world){.free_pages = 1 << 20, .command_line = ""};
	fake_xenstore_reset();
	fake_xenstore_set("/local/domain/0/name", "Domain-0");
	fake_xenstore_set("/local/domain/0/memory/target", "1048576");
}

bool world_is_clean(void)
{
	return !world.domain && !world.kernel && !world.claim && !world.devices &&
	       !world.introduced && !fake_xenstore_count("/local/domain/7") &&
	       !fake_xenstore_has("/libxl/7") && !fake_xenstore_count("/vm/");
}

static int try_call(void)
{
	if (++world.calls != world.fail_at)
		return 0;
	errno = EIO;
	return -1;
}

int world_try_call(struct failure *failure)
{
	return try_call() ? failure_set_errno(failure, FAILURE_REFUSED, EIO, "a stage", "an object",
					      "")
			  : 0;
}

int ctl_open(struct ctl **out, struct failure *failure)
{
	(void)failure;
	*out = (struct ctl *)&world;
	return 0;
}

void ctl_close(struct ctl *ctl)
{
	(void)ctl;
}

int ctl_domain_create(struct ctl *ctl, const struct xen_domctl_createdomain *config,
		      uint32_t *domid)
{
	(void)ctl;
	if (try_call())
		return -1;
	world.domain = true;
	world.paused = true;
	world.dying = world.shut_down = false;
	world.creations++;
	memcpy(world.handle, config->handle, 16);
	*domid = WORLD_DOMID;
	return 0;
}

int ctl_domain_destroy(struct ctl *ctl, uint32_t domid)
{
	(void)ctl;
	errno = ESRCH;
	if (!world.domain || domid != WORLD_DOMID)
		return -1;
	world.domain = false;
	world.claimed_pages = 0;
	return 0;
}

int ctl_domain_pause(struct ctl *ctl, uint32_t domid)
{
	(void)ctl;
	(void)domid;
	world.paused = true;
	return 0;
}

int ctl_domain_unpause(struct ctl *ctl, uint32_t domid)
{
	(void)ctl;
	(void)domid;
	if (try_call())
		return -1;
	world.paused = false;
	return 0;
}

int ctl_domain_info(struct ctl *ctl, uint32_t domid, struct xen_domctl_getdomaininfo *info)
{
	(void)ctl;
	*info = (struct xen_domctl_getdomaininfo){
		.domain = (domid_t)domid,
		.tot_pages = domid ? world.nr_frames : 1 << 18,
		.max_vcpu_id = world.has_no_vcpus ? XEN_INVALID_MAX_VCPU_ID : 1,
		.shared_info_frame = 1,
	};
	if (domid == WORLD_DOMID && world.domain) {
		memcpy(info->handle, world.handle, 16);
		info->flags = (world.dying ? XEN_DOMINF_dying : 0) |
			      (world.shut_down ? XEN_DOMINF_shutdown : 0) |
			      world.reason << XEN_DOMINF_shutdownshift;
		return 0;
	}
	errno = ESRCH;
	return domid ? -1 : 0;
}

int ctl_domain_list_all(struct ctl *ctl, struct xen_domctl_getdomaininfo **list, uint32_t *count)
{
	*list = calloc(2, sizeof(**list));
	*count = world.domain ? 2 : 1;
	ctl_domain_info(ctl, 0, &(*list)[0]);
	if (world.domain)
		ctl_domain_info(ctl, WORLD_DOMID, &(*list)[1]);
	return 0;
}

int ctl_domain_set_handle(struct ctl *ctl, uint32_t domid, const uint8_t handle[16])
{
	(void)ctl;
	(void)domid;
	memcpy(world.handle, handle, 16);
	return try_call();
}

int ctl_domctl(struct ctl *ctl, uint32_t cmd, uint32_t domid, struct xen_domctl *op)
{
	(void)ctl;
	(void)domid;
	if (cmd == XEN_DOMCTL_max_vcpus)
		world.max_vcpus = op->u.max_vcpus.max;
	return try_call();
}

int ctl_domain_set_max_memory(struct ctl *ctl, uint32_t domid, uint64_t kib)
{
	(void)ctl;
	(void)domid;
	world.max_memory_kib = kib;
	return try_call();
}

int ctl_domain_claim_pages(struct ctl *ctl, uint32_t domid, uint64_t pages)
{
	(void)ctl;
	(void)domid;
	if (try_call())
		return -1;
	world.claimed_pages = pages;
	return 0;
}

int ctl_domain_set_time_offset(struct ctl *ctl, uint32_t domid, int64_t seconds)
{
	(void)ctl;
	(void)domid;
	(void)seconds;
	return try_call();
}

int ctl_domain_set_tsc(struct ctl *ctl, uint32_t domid, uint32_t mode)
{
	(void)ctl;
	(void)domid;
	(void)mode;
	return try_call();
}

int ctl_vcpu_set_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes)
{
	(void)ctl;
	(void)domid;
	(void)vcpu;
	(void)hard;
	(void)soft;
	(void)bytes;
	world.affinities++;
	return try_call();
}

int ctl_topology(struct ctl *ctl, struct xen_sysctl_cputopo **list, uint32_t *count)
{
	(void)ctl;
	if (try_call())
		return -1;
	*count = 4;
	*list = calloc(*count, sizeof(**list));
	return 0;
}

int ctl_scheduler_id(struct ctl *ctl, uint32_t *id)
{
	(void)ctl;
	*id = XEN_SCHEDULER_CREDIT;
	return try_call();
}

int ctl_scheduler_domain(struct ctl *ctl, uint32_t domid, struct xen_domctl_scheduler_op *op)
{
	(void)ctl;
	(void)domid;
	(void)op;
	return try_call();
}

int ctl_pool_info(struct ctl *ctl, uint32_t id, struct ctl_pool *pool)
{
	(void)ctl;
	*pool = (struct ctl_pool){0};
	errno = ENOENT;
	return id ? -1 : try_call();
}

int ctl_physical_info(struct ctl *ctl, struct xen_sysctl_physinfo *info)
{
	(void)ctl;
	*info = (struct xen_sysctl_physinfo){.free_pages = world.free_pages};
	return try_call();
}

int ctl_version(struct ctl *ctl, struct ctl_version *version)
{
	(void)ctl;
	memset(version, 0, sizeof(*version));
	strcpy(version->command_line, world.command_line);
	return 0;
}

int ctl_policy_get(struct ctl *ctl, uint32_t domid, xen_cpuid_leaf_t *leaves, uint32_t *nr_leaves,
		   xen_msr_entry_t *msrs, uint32_t *nr_msrs)
{
	(void)ctl;
	(void)domid;
	(void)msrs;
	leaves[0] = (xen_cpuid_leaf_t){.leaf = 1, .subleaf = XEN_CPUID_NO_SUBLEAF};
	*nr_leaves = 1;
	*nr_msrs = 0;
	return try_call();
}

int ctl_policy_of_host(struct ctl *ctl, uint32_t index, xen_cpuid_leaf_t *leaves,
		       uint32_t *nr_leaves, xen_msr_entry_t *msrs, uint32_t *nr_msrs)
{
	(void)index;
	return ctl_policy_get(ctl, 0, leaves, nr_leaves, msrs, nr_msrs);
}

int ctl_policy_set(struct ctl *ctl, uint32_t domid, const xen_cpuid_leaf_t *leaves,
		   uint32_t nr_leaves, const xen_msr_entry_t *msrs, uint32_t nr_msrs,
		   uint32_t *bad_leaf, uint32_t *bad_subleaf, uint32_t *bad_msr)
{
	(void)ctl;
	(void)domid;
	(void)leaves;
	(void)nr_leaves;
	(void)msrs;
	(void)nr_msrs;
	(void)bad_leaf;
	(void)bad_subleaf;
	(void)bad_msr;
	return try_call();
}

/* Frames that follow each other only. */
void *ctl_memory_map_each(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
			  const xen_pfn_t *frames, int *errors)
{
	uint8_t *copy = calloc(pages, 4096);

	(void)ctl;
	(void)domid;
	(void)protection;
	for (size_t n = 0; n < pages; n++) {
		errors[n] = frames[n] >= world.nr_frames || (world.is_moving && !world.paused)
				    ? EINVAL
				    : 0;
		if (!errors[n])
			memcpy(copy + n * 4096, world.memory + frames[n] * 4096, 4096);
	}
	return copy;
}

void *ctl_memory_map(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
		     const xen_pfn_t *frames)
{
	int errors[8];
	void *copy = ctl_memory_map_each(ctl, domid, protection, pages, frames, errors);

	if (!errors[0])
		return copy;
	free(copy);
	errno = errors[0];
	return NULL;
}

void ctl_memory_unmap(struct ctl *ctl, void *address, size_t pages)
{
	(void)ctl;
	(void)pages;
	free(address);
}

int ctl_vcpu_get_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 vcpu_guest_context_t *context)
{
	(void)ctl;
	(void)domid;
	context->user_regs.rip = 0x1234 + vcpu;
	return 0;
}

int build_kernel_open(const char *path, struct build_kernel **out, struct failure *failure)
{
	(void)path;
	if (world_try_call(failure))
		return -1;
	*out = (struct build_kernel *)&world;
	world.kernel = true;
	return 0;
}

uint64_t build_kernel_least_memory(const struct build_kernel *kernel, uint64_t ramdisk_bytes)
{
	(void)kernel;
	return (8 << 20) + ramdisk_bytes;
}

void build_kernel_watch(void (*report)(void *context, uint64_t done, uint64_t total), void *context)
{
	(void)report;
	(void)context;
}

void build_kernel_close(struct build_kernel *kernel)
{
	(void)kernel;
	world.kernel = false;
}

int build_pv(struct ctl *ctl, const struct build_request *request, struct build_result *result,
	     struct failure *failure)
{
	(void)ctl;
	(void)request;
	if (world.signal)
		raise(world.signal);
	*result = (struct build_result){1, 2, 100, 101, 8192};
	return world_try_call(failure);
}
