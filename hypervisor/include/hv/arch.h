/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only way from hypervisor/ down to the processor side. Everything here
 * is implemented in arch/x86 (and by the stand-in in tests/unit/fake).
 */
#ifndef HV_ARCH_H
#define HV_ARCH_H

#include "asm/percpu.h"
#include "asm/processor.h"
#include "asm/tlb.h"
#include "hv/cpu.h"
#include "hv/types.h"

struct domain;
struct domain_create_arguments;
struct page;
struct vcpu;
struct xen_domctl_getdomaininfo;
struct xen_sysctl_cpu_featureset;
struct xen_sysctl_cpu_policy;
struct xen_sysctl_physinfo;

/* Domain and vcpu life cycle, called by domain/ between its own modules. */
int must_check arch_domain_init(struct domain *d, const struct domain_create_arguments *arguments);
int must_check arch_domain_relinquish(struct domain *d); /* -ERESTART until done */
void arch_domain_fini(struct domain *d);
int must_check arch_vcpu_init(struct vcpu *v);
void arch_vcpu_fini(struct vcpu *v);
/* VCPUOP_initialise and the builder: checks and installs a context at a guest address. -EFAULT, -EINVAL, -ERESTART. */
int must_check arch_vcpu_initialise(struct vcpu *v, uint64_t context_guest_address);
/* Where shared_info keeps vcpu_info of that id; NULL when it has no slot. */
struct xen_vcpu_info *arch_vcpu_shared_info_slot(struct domain *d, uint32_t id);
/* What only the architecture knows of getdomaininfo: address width, emulated devices. */
void arch_domain_fill_info(const struct domain *d, struct xen_domctl_getdomaininfo *info);
/* Where a possible CPU is: numbers of its thread within the core, of that within the socket, and of the socket. */
struct cpu_topology {
	uint32_t thread, core, socket;
};
void arch_cpu_topology(unsigned int cpu, struct cpu_topology *out);
/* What only the architecture knows of physinfo: feature words, capabilities. */
void arch_fill_physinfo(struct xen_sysctl_physinfo *info);
/* What kinds of domains are told about the processor (sysctl): -EINVAL, -EOPNOTSUPP (no such kind here), -ENOBUFS, -EFAULT, -ENOMEM. */
int must_check arch_cpu_policy_fill(struct xen_sysctl_cpu_policy *policy);
int must_check arch_cpu_featureset_fill(struct xen_sysctl_cpu_featureset *featureset);
/* VCPUOP_* that only the architecture knows; -ENOSYS. */
int64_t arch_vcpu_op(uint32_t operation, struct vcpu *v, uint64_t argument);

/* guest_copy_to() in the address space of current's kernel, though the guest may be in user mode. */
int must_check arch_copy_to_guest_kernel(uint64_t guest_address, const void *from, size_t bytes);

/* Copies system time to the guest's vcpu_time_info when it is out of date; on the way to the guest. */
void arch_time_update_vcpu(struct vcpu *v);
/* Wall clock into shared_info. */
void arch_time_update_wallclock(struct domain *d);

/* A CPU goes off. Moves device interrupts away for good: -ENOSPC, and then they stay. Any other CPU. */
int must_check arch_cpu_evacuate(unsigned int cpu);
/* This CPU: interrupts have still to be taken. Interrupts off. */
bool arch_cpu_has_interrupts(void);
/* This CPU, nothing left, interrupts off: no longer online, caches written back; sets *is_parked and halts. Returns on the stand-in only. */
void arch_cpu_park(bool *is_parked);
/* Another one starts (again), in three steps: reset; 10 ms later, start, which takes 0.5 ms, until it is online. -ENOMEM, -EOPNOTSUPP: no memory
 * where it could begin. */
int must_check arch_cpu_reset(unsigned int cpu);
void arch_cpu_start(unsigned int cpu);
/* It is on: takes device interrupts and is watched. */
void arch_cpu_started(unsigned int cpu);
/* It did not come in time, and won't any more. */
void arch_cpu_abandon(unsigned int cpu);

/* Programs this CPU's timer interrupt (UINT64_MAX: none). Interrupts off. */
void arch_timer_set_deadline(uint64_t deadline_ns);
/* Makes another CPU look at its softirqs and events. */
void arch_send_event_check(unsigned int cpu);
/* Until an interrupt; enters with interrupts off and returns with them on. */
void arch_cpu_idle(void);
/* hypercall continuation: rewinds the guest's instruction pointer and sets its registers. */
void arch_hypercall_rewind(uint32_t number, unsigned int nr_arguments, const uint64_t *arguments);

/* Called by page_get_type() and page_put_type() on the first and last use of a page-table or descriptor type: 0, -EINVAL, -EPERM,
 * -ERESTART with the progress in the page. The page is locked. */
int must_check arch_page_validate(struct page *page, uint64_t type);
int must_check arch_page_invalidate(struct page *page, uint64_t type); /* 0 or -ERESTART */

/* For the grant layer: writes one PTE of current's domain that maps `mfn`. References already held pass to the mapping: a general one and,
 * for a writable PTE, a use of WRITABLE. Destroying gives them back to the caller, who flushes and then drops them.
 * By linear address of a page, or by machine address of the PTE (GNTMAP_contains_pte). GNTST_* on failure. */
int must_check pv_mmu_create_grant_pte(uint64_t pte_machine_address, uint64_t pte,
				       struct domain *d);
int must_check pv_mmu_create_grant_linear(uint64_t address, uint64_t pte, struct vcpu *v);
/* Expects the PTE to map `mfn` and replaces it (new_address 0: clears; else the PTE of new_address moves over). *old: what it was; its
 * references are now the caller's, by PTE_WRITABLE as it stands there: the guest may have changed that bit since. */
int must_check pv_mmu_destroy_grant_pte(uint64_t pte_machine_address, mfn_t mfn, struct domain *d,
					uint64_t *old);
int must_check pv_mmu_destroy_grant_linear(uint64_t address, mfn_t mfn, uint64_t new_address,
					   struct vcpu *v, uint64_t *old);

extern char build_id_start[], build_id_end[]; /* the ELF note, its header included */

/* Records guests' exceptions from now on, or no longer. */
void arch_trace_exceptions(bool on);

/* The machine. */
noreturn_function void arch_machine_restart(void);
noreturn_function void arch_machine_halt(void);
noreturn_function void arch_machine_power_off(void);
/* Panic: stops all other CPUs, without waiting for ever. */
void arch_stop_other_cpus(void);
void arch_dump_backtrace(void);
/* Symbolised: name+offset of an address in our text, "?" otherwise. */
void arch_print_symbol(uint64_t address);

#endif
