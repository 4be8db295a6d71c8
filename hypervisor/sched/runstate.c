/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long each vcpu was running, runnable, blocked and offline, to the
 * nanosecond, and the guest's own copy of it, which the ABI has written each
 * time the vcpu is scheduled in.
 */
#include "hv/guest_access.h"
#include "hv/time.h"
#include "policy.h"

#define ENTRY_TIME_TOP_BYTE (offsetof(struct xen_vcpu_runstate_info, state_entry_time) + 7)

void runstate_set(struct vcpu *v, int state, uint64_t now_ns)
{
	struct xen_vcpu_runstate_info *runstate = &v->runstate;

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
	int rc = guest_copy_to(top, &mark, 1);

	if (rc)
		return rc;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	runstate->state_entry_time |= XEN_RUNSTATE_UPDATE;
	rc = guest_copy_to(address, runstate, sizeof(*runstate));
	if (rc)
		return rc;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return guest_copy_to(top, &clear, 1);
}

void vcpu_update_runstate_area(struct vcpu *v)
{
	/* Running: nobody else changes it. */
	struct xen_vcpu_runstate_info runstate = v->runstate;
	uint64_t address = v->runstate_guest;
	int rc;

	if (v->domain->vm_assist & (1ULL << VMASST_TYPE_runstate_update_flag))
		rc = area_write_marked(address, &runstate);
	else
		rc = guest_copy_to(address, &runstate, sizeof(runstate));
	v->runstate_guest_is_stale = rc != 0;
}
