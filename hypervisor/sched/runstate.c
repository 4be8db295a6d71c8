/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long each vcpu was running, runnable, blocked and offline, to the
 * nanosecond, and the guest's own copy of it. The ABI has that written each
 * time the vcpu is scheduled in; ours also says when it was preempted, for the
 * guest's other vcpus.
 */
#include "hv/arch.h"
#include "hv/time.h"
#include "hv/trace.h"
#include "policy.h"

#define ENTRY_TIME_TOP_BYTE (offsetof(struct xen_vcpu_runstate_info, state_entry_time) + 7)

void runstate_set(struct vcpu *v, int state, uint64_t now_ns)
{
	struct xen_vcpu_runstate_info *runstate = &v->runstate;

	TRACE(TRC_SCHED_RUNSTATE_CHANGE | (uint32_t)runstate->state << 8 | (uint32_t)state << 4,
	      trace_vcpu(v));
	/* A clock of another CPU may be behind by a few ns. */
	if (now_ns > runstate->state_entry_time) {
		runstate->time[runstate->state] += now_ns - runstate->state_entry_time;
		runstate->state_entry_time = now_ns;
	}
	runstate->state = state;
}

void vcpu_read_runstate(struct vcpu *v, struct xen_vcpu_runstate_info *out)
{
	uint64_t flags = vcpu_lock(v);
	uint64_t now = time_now_ns();

	*out = v->runstate;
	if (now > out->state_entry_time)
		out->time[out->state] += now - out->state_entry_time;
	vcpu_unlock(v, flags);
}

uint64_t vcpu_cpu_time_ns(struct vcpu *v)
{
	struct xen_vcpu_runstate_info runstate;

	vcpu_read_runstate(v, &runstate);
	return runstate.time[RUNSTATE_running];
}

/* The mark goes up before the first and down after the last change that a reader on another CPU could see. */
static int area_write_marked(uint64_t address, struct xen_vcpu_runstate_info *runstate)
{
	uint64_t top = address + ENTRY_TIME_TOP_BYTE;
	uint8_t clear = (uint8_t)(runstate->state_entry_time >> 56);
	uint8_t mark = clear | (uint8_t)(XEN_RUNSTATE_UPDATE >> 56);
	int rc = arch_copy_to_guest_kernel(top, &mark, 1);

	if (rc)
		return rc;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	runstate->state_entry_time |= XEN_RUNSTATE_UPDATE;
	rc = arch_copy_to_guest_kernel(address, runstate, sizeof(*runstate));
	if (rc)
		return rc;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return arch_copy_to_guest_kernel(top, &clear, 1);
}

static int area_write(struct vcpu *v)
{
	uint64_t flags = vcpu_lock(v);
	struct xen_vcpu_runstate_info runstate = v->runstate;

	vcpu_unlock(v, flags);
	if (v->domain->vm_assist & (1ULL << VMASST_TYPE_runstate_update_flag))
		return area_write_marked(v->runstate_guest, &runstate);
	return arch_copy_to_guest_kernel(v->runstate_guest, &runstate, sizeof(runstate));
}

/* A place that faults is the guest's loss, until the next switch. */
void runstate_area_update(struct vcpu *v)
{
	if (v->runstate_guest && area_write(v))
		return;
}
