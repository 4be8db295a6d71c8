/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_poll: waits for one of some ports to be pending, masked or not, or for a time. */
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/guest_access.h"
#include "hv/softirq.h"
#include "policy.h"

#define POLL_MAX_PORTS 128

static void poll_start(struct vcpu *v, uint32_t event)
{
	__atomic_fetch_add(&v->domain->nr_polling, 1, __ATOMIC_SEQ_CST);
	WRITE_ONCE(v->poll_event, event);
	__atomic_or_fetch(&v->pause_flags, VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING,
			  __ATOMIC_SEQ_CST);
}

static void poll_end(struct vcpu *v)
{
	WRITE_ONCE(v->poll_event, 0);
	if (__atomic_fetch_and(&v->pause_flags,
			       ~(uint64_t)(VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING),
			       __ATOMIC_SEQ_CST) &
	    VCPU_PAUSED_POLLING)
		__atomic_fetch_sub(&v->domain->nr_polling, 1, __ATOMIC_SEQ_CST);
}

static int ports_check(struct domain *d, const uint32_t *ports, uint32_t nr_ports, bool *pending)
{
	for (uint32_t i = 0; i < nr_ports && !*pending; i++) {
		int rc = event_check_pending(d, ports[i], pending);

		if (rc)
			return rc;
	}
	return 0;
}

static void poll_timer_set(struct vcpu *v, uint64_t timeout_ns)
{
	if (timeout_ns)
		timer_set(&v->poll_timer, timeout_ns);
	else if (timer_is_active(&v->poll_timer))
		timer_stop(&v->poll_timer);
}

int vcpu_poll(const struct xen_sched_poll *poll)
{
	struct vcpu *v = current_vcpu();
	uint32_t ports[POLL_MAX_PORTS];
	bool pending;
	int rc;

	if (poll->nr_ports > POLL_MAX_PORTS)
		return -EINVAL;
	if (guest_copy_from(ports, poll->ports, poll->nr_ports * sizeof(ports[0])))
		return -EFAULT;
	/* First wait, then look: an event in between ends the wait. */
	poll_start(v, poll->nr_ports == 1 ? ports[0] : POLL_ANY_EVENT);
	pending = event_is_upcall_due(v);
	rc = ports_check(v->domain, ports, poll->nr_ports, &pending);
	if (rc || pending) {
		poll_end(v);
		return rc;
	}
	poll_timer_set(v, poll->timeout);
	softirq_raise(SOFTIRQ_SCHEDULE);
	return 0;
}
