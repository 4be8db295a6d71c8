/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time as guests read it: vcpu_time_info in vcpu_info and in the area a vcpu registered, wall clock
 * in shared_info. A version is odd while its data change. We count it ourselves: the guest can write
 * these pages.
 */
#include "asm/time.h"
#include "abi/xen.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/guest_access.h"
#include "hv/time.h"

/* The guest's processor sees our stores in order (x86), the compiler must keep it. */
static void time_info_write(struct xen_vcpu_time_info *to, const struct xen_vcpu_time_info *from)
{
	WRITE_ONCE(to->version, from->version - 1);
	compiler_barrier();
	to->tsc_timestamp = from->tsc_timestamp;
	to->system_time = from->system_time;
	to->tsc_to_system_mul = from->tsc_to_system_mul;
	to->tsc_shift = from->tsc_shift;
	to->flags = from->flags;
	compiler_barrier();
	WRITE_ONCE(to->version, from->version);
}

static void time_info_copy_out(uint64_t address, const struct xen_vcpu_time_info *info)
{
	struct xen_vcpu_time_info odd = *info;

	odd.version--;
	if (guest_copy_to(address, &odd, sizeof(odd)))
		return;
	compiler_barrier();
	/* A page that went away in between is the guest's loss. */
	if (guest_copy_to(address + offsetof(struct xen_vcpu_time_info, version), &info->version,
			  sizeof(info->version)))
		return;
}

/* The registered address is one of the guest's kernel; its user mode may run on other page tables. */
static void time_area_update(struct vcpu *v, const struct xen_vcpu_time_info *info)
{
	uint64_t flags, root;

	if (v->arch.pv.in_kernel) {
		time_info_copy_out(v->time_info_guest, info);
		return;
	}
	flags = interrupts_save_off();
	root = read_cr3();
	write_cr3(mfn_to_paddr(v->arch.pv.kernel_root).a);
	time_info_copy_out(v->time_info_guest, info);
	write_cr3(root);
	interrupts_restore(flags);
}

void arch_time_update_vcpu(struct vcpu *v)
{
	uint32_t generation = __atomic_load_n(&time_generation, __ATOMIC_ACQUIRE);
	const struct time_record *record;
	struct xen_vcpu_time_info info;
	uint64_t flags;

	if (v->time_generation_seen == generation)
		return;
	time_sync_this_cpu();
	v->arch.time_version += 2;
	flags = interrupts_save_off();
	record = time_record_this_cpu();
	info = (struct xen_vcpu_time_info){
		.version = v->arch.time_version & ~1u,
		.tsc_timestamp = record->tsc_base,
		.system_time = record->ns_base,
		.tsc_to_system_mul = record->multiplier,
		.tsc_shift = record->shift,
		.flags = time_tsc_is_shared() ? XEN_PVCLOCK_TSC_STABLE_BIT : 0,
	};
	time_info_write(&v->info->time, &info);
	interrupts_restore(flags);
	v->time_generation_seen = generation;
	if (v->time_info_guest)
		time_area_update(v, &info);
}

void time_handle_switch(struct vcpu *v)
{
	if (unlikely(!time_tsc_is_shared()))
		v->time_generation_seen = 0;
}

void arch_time_update_wallclock(struct domain *d)
{
	struct xen_shared_info *shared = d->shared_info;
	uint64_t seconds;
	uint32_t version, ns;

	spin_lock(&d->lock);
	version = (READ_ONCE(shared->wc_version) | 1) + 1;
	time_wallclock_base(&seconds, &ns);
	seconds += d->time_offset_seconds;
	WRITE_ONCE(shared->wc_version, version - 1);
	compiler_barrier();
	shared->wc_sec = (uint32_t)seconds;
	shared->wc_sec_hi = (uint32_t)(seconds >> 32);
	shared->wc_nsec = ns;
	compiler_barrier();
	WRITE_ONCE(shared->wc_version, version);
	spin_unlock(&d->lock);
}
