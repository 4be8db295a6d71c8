/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control of the hypervisor from dom0: domctl, sysctl and the memory, event and version operations
 * that a builder needs, over libxencall and libxenforeignmemory. Every buffer given to the
 * hypervisor is bounced through locked memory here. One handle is used by one thread at a time.
 * Unless said otherwise a function returns 0, or -1 with errno set as the hypervisor answered;
 * callers make a struct failure of it, since only they know the object.
 */
#ifndef LIBCTL_CTL_H
#define LIBCTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/domctl.h>
#include <xen/sysctl.h>

#include "libctl/failure.h"

struct ctl;

/* Opens /dev/xen/privcmd and compares interface versions once. The failure names both versions. */
int ctl_open(struct ctl **out, struct failure *failure);
void ctl_close(struct ctl *ctl);

/* Raw operations for what has no function below: cmd and interface_version are filled here. Handles
 * inside the payload must point to memory of ctl_buffer_alloc(). */
int ctl_domctl(struct ctl *ctl, uint32_t cmd, uint32_t domid, struct xen_domctl *op);
int ctl_sysctl(struct ctl *ctl, uint32_t cmd, struct xen_sysctl *op);
void *ctl_buffer_alloc(struct ctl *ctl, size_t bytes);
void ctl_buffer_free(struct ctl *ctl, void *buffer);

/* Domains: life */
/* *domid 0: the hypervisor chooses; the id is put there. */
int ctl_domain_create(struct ctl *ctl, const struct xen_domctl_createdomain *config,
		      uint32_t *domid);
/* Goes on until all is given back that can be (the hypervisor's continuations are repeated here). */
int ctl_domain_destroy(struct ctl *ctl, uint32_t domid);
int ctl_domain_pause(struct ctl *ctl, uint32_t domid);
int ctl_domain_unpause(struct ctl *ctl, uint32_t domid);
int ctl_domain_resume(struct ctl *ctl, uint32_t domid);
int ctl_domain_shutdown(struct ctl *ctl, uint32_t domid, uint32_t reason);
/* ESRCH when there is none of this very id. */
int ctl_domain_info(struct ctl *ctl, uint32_t domid, struct xen_domctl_getdomaininfo *info);
/* From first on; *count in: room, out: how many. */
int ctl_domain_list(struct ctl *ctl, uint32_t first, struct xen_domctl_getdomaininfo *list,
		    uint32_t *count);
/* All of them in one malloc'd array, sorted by id. */
int ctl_domain_list_all(struct ctl *ctl, struct xen_domctl_getdomaininfo **list, uint32_t *count);
int ctl_domain_set_handle(struct ctl *ctl, uint32_t domid, const uint8_t handle[16]);
int ctl_domain_set_time_offset(struct ctl *ctl, uint32_t domid, int64_t seconds);
int ctl_domain_set_tsc(struct ctl *ctl, uint32_t domid, uint32_t mode);
int ctl_domain_trigger(struct ctl *ctl, uint32_t domid, uint32_t trigger, uint32_t vcpu);
int ctl_domain_set_node_affinity(struct ctl *ctl, uint32_t domid, const uint8_t *map,
				 uint32_t nodes);

/* Domains: memory */
int ctl_domain_set_max_memory(struct ctl *ctl, uint32_t domid, uint64_t kib);
int ctl_domain_set_memory_map_limit(struct ctl *ctl, uint32_t domid, uint64_t kib);
int ctl_domain_claim_pages(struct ctl *ctl, uint32_t domid, uint64_t pages);
/* frames in: guest frame numbers of the extents, out: machine frames (PV). *count in: extents asked
 * for, out: made; fewer than asked for is no error of the call. memory_flags are XENMEMF_*. */
int ctl_memory_populate(struct ctl *ctl, uint32_t domid, unsigned int order, uint32_t memory_flags,
			xen_pfn_t *frames, uint32_t *count);
int ctl_memory_decrease(struct ctl *ctl, uint32_t domid, unsigned int order,
			const xen_pfn_t *frames, uint32_t *count);
/* Machine frames of another domain in our address space; NULL and errno when one cannot be mapped. */
void *ctl_memory_map(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
		     const xen_pfn_t *frames);
/* The same, failing frame by frame: errors[i] 0 or an errno; NULL when nothing could be. */
void *ctl_memory_map_each(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
			  const xen_pfn_t *frames, int *errors);
void ctl_memory_unmap(struct ctl *ctl, void *address, size_t pages);
/* frames in: machine frames, out: XEN_DOMCTL_PFINFO_* | frame. */
int ctl_memory_types(struct ctl *ctl, uint32_t domid, uint64_t *frames, uint32_t count);
/* The domain's grant table entries 0..: NULL and errno. ctl_resource_unmap() ends it. */
struct ctl_resource;
void *ctl_grant_table_map(struct ctl *ctl, uint32_t domid, uint32_t frames,
			  struct ctl_resource **resource);
void ctl_resource_unmap(struct ctl *ctl, struct ctl_resource *resource);
/* Batches of mmu_update and one mmuext operation on behalf of a domain. */
int ctl_mmu_update(struct ctl *ctl, uint32_t domid, const struct mmu_update *updates,
		   uint32_t count);
int ctl_mmuext(struct ctl *ctl, uint32_t domid, const struct mmuext_op *op);
int ctl_maximum_frame(struct ctl *ctl, xen_pfn_t *frame);

/* vcpus */
int ctl_vcpu_set_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 const vcpu_guest_context_t *context);
int ctl_vcpu_get_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 vcpu_guest_context_t *context);
int ctl_vcpu_info(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
		  struct xen_domctl_getvcpuinfo *info);
/* Bitmaps of CPUs, little end first, bytes long; either may be NULL. flags XEN_VCPUAFFINITY_*; the
 * effective affinity is put back into them by the set. */
int ctl_vcpu_get_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes);
int ctl_vcpu_set_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes);
/* Ends what a guest's own pinning (SCHEDOP_pin_override) has put above its affinities. */
int ctl_vcpu_end_override(struct ctl *ctl, uint32_t domid, uint32_t vcpu);

/* CPU policy: what a domain's CPUID says. */
int ctl_policy_get(struct ctl *ctl, uint32_t domid, xen_cpuid_leaf_t *leaves, uint32_t *nr_leaves,
		   xen_msr_entry_t *msrs, uint32_t *nr_msrs);
int ctl_policy_set(struct ctl *ctl, uint32_t domid, const xen_cpuid_leaf_t *leaves,
		   uint32_t nr_leaves, const xen_msr_entry_t *msrs, uint32_t nr_msrs,
		   uint32_t *bad_leaf, uint32_t *bad_subleaf, uint32_t *bad_msr);
/* index: XEN_SYSCTL_cpu_policy_* */
int ctl_policy_of_host(struct ctl *ctl, uint32_t index, xen_cpuid_leaf_t *leaves,
		       uint32_t *nr_leaves, xen_msr_entry_t *msrs, uint32_t *nr_msrs);

/* Devices given to a domain */
int ctl_domain_permit_ports(struct ctl *ctl, uint32_t domid, uint32_t first, uint32_t count,
			    bool allow);
int ctl_domain_permit_memory(struct ctl *ctl, uint32_t domid, uint64_t first_mfn, uint64_t count,
			     bool allow);
int ctl_domain_permit_irq(struct ctl *ctl, uint32_t domid, uint32_t pirq, bool allow);

/* Events: an unbound port of domid for remote. */
int ctl_event_alloc_unbound(struct ctl *ctl, uint32_t domid, uint32_t remote, uint32_t *port);

/* Scheduler and pools. op->sched_id and cmd are the caller's; see xen/domctl.h, xen/sysctl.h. */
int ctl_scheduler_domain(struct ctl *ctl, uint32_t domid, struct xen_domctl_scheduler_op *op);
int ctl_scheduler_pool(struct ctl *ctl, struct xen_sysctl_scheduler_op *op);
int ctl_scheduler_id(struct ctl *ctl, uint32_t *id);
struct ctl_pool {
	uint32_t id, scheduler, nr_domains;
	uint8_t cpus[512]; /* bitmap */
};
int ctl_pool_create(struct ctl *ctl, uint32_t scheduler, uint32_t *id);
int ctl_pool_destroy(struct ctl *ctl, uint32_t id);
/* The first pool with an id of at least id; ENOENT at the end. */
int ctl_pool_info(struct ctl *ctl, uint32_t id, struct ctl_pool *pool);
int ctl_pool_add_cpu(struct ctl *ctl, uint32_t id, uint32_t cpu);
int ctl_pool_remove_cpu(struct ctl *ctl, uint32_t id, uint32_t cpu);
int ctl_pool_move_domain(struct ctl *ctl, uint32_t id, uint32_t domid);
int ctl_pool_free_cpus(struct ctl *ctl, uint8_t *cpus, size_t bytes);

/* The machine */
struct ctl_version {
	uint32_t major, minor;
	char extra[16], changeset[64], compiler[64], compile_by[16], compile_domain[32],
		compile_date[32], capabilities[1024], command_line[1024], build_id[41];
	uint64_t virt_start, page_size;
};
int ctl_version(struct ctl *ctl, struct ctl_version *version);
int ctl_physical_info(struct ctl *ctl, struct xen_sysctl_physinfo *info);
/* malloc'd arrays */
int ctl_topology(struct ctl *ctl, struct xen_sysctl_cputopo **list, uint32_t *count);
int ctl_numa(struct ctl *ctl, struct xen_sysctl_meminfo **nodes, uint32_t **distances,
	     uint32_t *count);
int ctl_cpu_info(struct ctl *ctl, struct xen_sysctl_cpuinfo *list, uint32_t *count);
/* The console ring: text from *index on into buffer; *index moves on. incremental false: from the
 * start. *bytes in: room, out: how much. */
int ctl_console_read(struct ctl *ctl, char *buffer, uint32_t *bytes, bool clear, bool incremental,
		     uint32_t *index);
int ctl_debug_keys(struct ctl *ctl, const char *keys);

#endif
