/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VCPUOP_*: one row per operation, on a vcpu of the caller's own domain. What
 * has no row is the architecture's.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/guest_access.h"
#include "hv/continuation.h"
#include "hv/time.h"
#include "policy.h"

#define PERIOD_MIN_NS NS_PER_MS
/* Later sums with system time must not wrap. */
#define PERIOD_MAX_NS (1ULL << 50)

static int64_t initialise_again(uint64_t vcpu_id, uint64_t argument)
{
	const uint64_t arguments[] = {VCPUOP_initialise, vcpu_id, argument};

	return hypercall_continue(__HYPERVISOR_vcpu_op, ARRAY_SIZE(arguments), arguments);
}

static int64_t op_initialise(struct vcpu *v, uint64_t argument)
{
	int rc;

	/* Without a place for its pending flags the guest could not be told of anything. */
	if (v->info == v->info_private)
		return -EINVAL;
	/* The context is copied and checked without a lock: one at a time, the other caller tries again. */
	if (__atomic_exchange_n(&v->is_initialising, true, __ATOMIC_ACQUIRE))
		return initialise_again(v->id, argument);
	rc = v->is_initialised ? -EEXIST : arch_vcpu_initialise(v, argument);
	if (rc == 0)
		vcpu_set_initialised(v);
	__atomic_store_n(&v->is_initialising, false, __ATOMIC_RELEASE);
	return rc == -ERESTART ? initialise_again(v->id, argument) : rc;
}

static int64_t op_up(struct vcpu *v, uint64_t argument)
{
	return vcpu_bring_up(v);
}

static bool other_vcpu_is_up(const struct vcpu *v)
{
	struct vcpu *other;

	for_each_vcpu(v->domain, other) if (other != v && !(READ_ONCE(other->pause_flags) &
							    VCPU_PAUSED_DOWN)) return true;
	return false;
}

static int64_t op_down(struct vcpu *v, uint64_t argument)
{
	/* The last one takes the domain along. */
	if (!other_vcpu_is_up(v)) {
		domain_shutdown(v->domain, SHUTDOWN_poweroff);
		return 0;
	}
	__atomic_or_fetch(&v->pause_flags, VCPU_PAUSED_DOWN, __ATOMIC_SEQ_CST);
	vcpu_sleep_nosync(v);
	return 0;
}

static int64_t op_is_up(struct vcpu *v, uint64_t argument)
{
	return !(READ_ONCE(v->pause_flags) & VCPU_PAUSED_DOWN);
}

static int64_t op_get_runstate_info(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_runstate_info runstate;

	vcpu_read_runstate(v, &runstate);
	return guest_copy_to(argument, &runstate, sizeof(runstate));
}

static int64_t op_register_runstate_area(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_register_runstate_memory_area area;

	if (guest_copy_from(&area, argument, sizeof(area)))
		return -EFAULT;
	if (!guest_range_is_permitted(area.addr.v, sizeof(struct xen_vcpu_runstate_info)))
		return -EFAULT;
	__atomic_store_n(&v->runstate_guest, area.addr.v, __ATOMIC_RELEASE);
	runstate_area_update(v);
	return 0;
}

static int64_t op_set_periodic_timer(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_set_periodic_timer set;

	if (guest_copy_from(&set, argument, sizeof(set)))
		return -EFAULT;
	if (set.period_ns < PERIOD_MIN_NS || set.period_ns > PERIOD_MAX_NS)
		return -EINVAL;
	vcpu_set_periodic_timer(v, set.period_ns);
	return 0;
}

static int64_t op_stop_periodic_timer(struct vcpu *v, uint64_t argument)
{
	vcpu_set_periodic_timer(v, 0);
	return 0;
}

static int64_t op_set_singleshot_timer(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_set_singleshot_timer set;

	if (v != current_vcpu())
		return -EINVAL;
	if (guest_copy_from(&set, argument, sizeof(set)))
		return -EFAULT;
	if ((set.flags & VCPU_SSHOTTMR_future) && set.timeout_abs_ns < time_now_ns())
		return -ETIME;
	timer_set(&v->singleshot_timer, set.timeout_abs_ns);
	return 0;
}

static int64_t op_stop_singleshot_timer(struct vcpu *v, uint64_t argument)
{
	if (v != current_vcpu())
		return -EINVAL;
	timer_stop(&v->singleshot_timer);
	return 0;
}

static int64_t op_register_vcpu_info(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_register_vcpu_info info;
	int rc;

	if (guest_copy_from(&info, argument, sizeof(info)))
		return -EFAULT;
	rc = vcpu_register_info(v, info.mfn, info.offset);
	if (rc)
		return rc;
	/* What came in at the old place while it moved must not be lost. */
	event_reset_vcpu_info(v);
	return 0;
}

static int64_t op_register_time_area(struct vcpu *v, uint64_t argument)
{
	struct xen_vcpu_register_time_memory_area area;

	if (guest_copy_from(&area, argument, sizeof(area)))
		return -EFAULT;
	if (!guest_range_is_permitted(area.addr.v, sizeof(struct xen_vcpu_time_info)))
		return -EFAULT;
	__atomic_store_n(&v->time_info_guest, area.addr.v, __ATOMIC_RELEASE);
	/* Out of date, so written on the way to the guest. */
	WRITE_ONCE(v->time_generation_seen, time_generation - 1);
	return 0;
}

static int64_t (*const operations[])(struct vcpu *v, uint64_t argument) = {
	[VCPUOP_initialise] = op_initialise,
	[VCPUOP_up] = op_up,
	[VCPUOP_down] = op_down,
	[VCPUOP_is_up] = op_is_up,
	[VCPUOP_get_runstate_info] = op_get_runstate_info,
	[VCPUOP_register_runstate_memory_area] = op_register_runstate_area,
	[VCPUOP_set_periodic_timer] = op_set_periodic_timer,
	[VCPUOP_stop_periodic_timer] = op_stop_periodic_timer,
	[VCPUOP_set_singleshot_timer] = op_set_singleshot_timer,
	[VCPUOP_stop_singleshot_timer] = op_stop_singleshot_timer,
	[VCPUOP_register_vcpu_info] = op_register_vcpu_info,
	[VCPUOP_register_vcpu_time_memory_area] = op_register_time_area,
};

int64_t hypercall_vcpu_op(uint64_t operation, uint64_t vcpu_id, uint64_t argument)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v;

	operation = (uint32_t)operation;
	vcpu_id = (uint32_t)vcpu_id;
	if (vcpu_id >= d->max_vcpus)
		return -ENOENT;
	v = __atomic_load_n(&d->vcpu[vcpu_id], __ATOMIC_ACQUIRE);
	if (!v)
		return -ENOENT;
	if (operation < ARRAY_SIZE(operations) && operations[operation])
		return operations[operation](v, argument);
	return arch_vcpu_op((uint32_t)operation, v, argument);
}
