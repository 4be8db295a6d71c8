/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_channel_op: one row per operation; arguments are copied once, results copied back. */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/continuation.h"

union event_argument {
	struct xen_evtchn_bind_interdomain bind_interdomain;
	struct xen_evtchn_bind_virq bind_virq;
	struct xen_evtchn_bind_pirq bind_pirq;
	struct xen_evtchn_close close;
	struct xen_evtchn_status status;
	struct xen_evtchn_alloc_unbound alloc_unbound;
	struct xen_evtchn_bind_ipi bind_ipi;
	struct xen_evtchn_bind_vcpu bind_vcpu;
	struct xen_evtchn_unmask unmask;
	struct xen_evtchn_reset reset;
	struct xen_evtchn_init_control init_control;
	struct xen_evtchn_expand_array expand_array;
	struct xen_evtchn_set_priority set_priority;
};

static int operation_bind_interdomain(union event_argument *a)
{
	return event_bind_interdomain(&a->bind_interdomain);
}

static int operation_bind_virq(union event_argument *a)
{
	return event_bind_virq(&a->bind_virq);
}

static int operation_bind_pirq(union event_argument *a)
{
	return event_bind_pirq(&a->bind_pirq);
}

static int operation_close(union event_argument *a)
{
	return event_close(current_vcpu()->domain, a->close.port);
}

static int operation_status(union event_argument *a)
{
	return event_read_status(&a->status);
}

static int operation_alloc_unbound(union event_argument *a)
{
	const struct domain *self = current_vcpu()->domain;
	struct domain *d = domain_get_by_id_or_self(a->alloc_unbound.dom);
	domid_t remote = a->alloc_unbound.remote_dom;
	int error;

	if (!d)
		return -ESRCH;
	if (d != self && permission_check(ALLOW_CONTROL))
		error = -EPERM;
	else
		error = event_alloc_unbound(d, remote == DOMID_SELF ? self->id : remote,
					    &a->alloc_unbound.port);
	domain_put(d);
	return error;
}

static int operation_bind_ipi(union event_argument *a)
{
	return event_bind_ipi(&a->bind_ipi);
}

static int operation_bind_vcpu(union event_argument *a)
{
	return event_bind_vcpu(a->bind_vcpu.port, a->bind_vcpu.vcpu);
}

static int operation_unmask(union event_argument *a)
{
	struct domain *d = current_vcpu()->domain;
	struct event_channel *channel = channel_find(d, a->unmask.port);

	if (!channel)
		return -EINVAL;
	event_unmask(d, channel);
	return 0;
}

static int operation_reset(union event_argument *a)
{
	struct domain *d = domain_get_by_id_or_self(a->reset.dom);
	int error;

	if (!d)
		return -ESRCH;
	if (d == current_vcpu()->domain)
		error = event_reset(d);
	else if (permission_check(ALLOW_CONTROL))
		error = -EPERM;
	else
		error = READ_ONCE(d->controller_pause_count) ? event_reset(d) : -EINVAL;
	domain_put(d);
	return error;
}

static int operation_init_control(union event_argument *a)
{
	return fifo_init_control(&a->init_control);
}

static int operation_expand_array(union event_argument *a)
{
	return fifo_expand_array(&a->expand_array);
}

static int operation_set_priority(union event_argument *a)
{
	return fifo_set_priority(current_vcpu()->domain, &a->set_priority);
}

#define ROW(type, back, function)                                                          \
	{                                                                                  \
		.bytes = sizeof(struct type), .copies_back = (back), .handler = (function) \
	}

static const struct event_row {
	uint8_t bytes;
	bool copies_back;
	int (*handler)(union event_argument *a);
} event_rows[] = {
	[EVTCHNOP_bind_interdomain] = ROW(xen_evtchn_bind_interdomain, true,
					  operation_bind_interdomain),
	[EVTCHNOP_bind_virq] = ROW(xen_evtchn_bind_virq, true, operation_bind_virq),
	[EVTCHNOP_bind_pirq] = ROW(xen_evtchn_bind_pirq, true, operation_bind_pirq),
	[EVTCHNOP_close] = ROW(xen_evtchn_close, false, operation_close),
	[EVTCHNOP_status] = ROW(xen_evtchn_status, true, operation_status),
	[EVTCHNOP_alloc_unbound] = ROW(xen_evtchn_alloc_unbound, true, operation_alloc_unbound),
	[EVTCHNOP_bind_ipi] = ROW(xen_evtchn_bind_ipi, true, operation_bind_ipi),
	[EVTCHNOP_bind_vcpu] = ROW(xen_evtchn_bind_vcpu, false, operation_bind_vcpu),
	[EVTCHNOP_unmask] = ROW(xen_evtchn_unmask, false, operation_unmask),
	[EVTCHNOP_reset] = ROW(xen_evtchn_reset, false, operation_reset),
	[EVTCHNOP_init_control] = ROW(xen_evtchn_init_control, true, operation_init_control),
	[EVTCHNOP_expand_array] = ROW(xen_evtchn_expand_array, false, operation_expand_array),
	[EVTCHNOP_set_priority] = ROW(xen_evtchn_set_priority, false, operation_set_priority),
};

static int64_t restart_or_error(uint64_t command, uint64_t argument, int error)
{
	const uint64_t arguments[] = {command, argument};

	if (error != -ERESTART)
		return error;
	return hypercall_continue(__HYPERVISOR_event_channel_op, ARRAY_SIZE(arguments), arguments);
}

/* All but sends. */
static never_inline int64_t operation_run(uint64_t command, uint64_t argument)
{
	union event_argument a;
	const struct event_row *row;
	int error;

	if (command >= ARRAY_SIZE(event_rows) || !event_rows[command].handler)
		return -ENOSYS;
	row = &event_rows[command];
	if (guest_copy_from(&a, argument, row->bytes))
		return -EFAULT;
	error = row->handler(&a);
	if (error)
		return restart_or_error(command, argument, error);
	if (row->copies_back && guest_copy_to(argument, &a, row->bytes))
		return -EFAULT;
	return 0;
}

int64_t hypercall_event_channel_op(uint64_t command, uint64_t argument)
{
	struct xen_evtchn_send send;

	if (unlikely(command != EVTCHNOP_send))
		return operation_run(command, argument);
	if (unlikely(guest_copy_from_inline(&send, argument, sizeof(send))))
		return -EFAULT;
	return event_send(current_vcpu()->domain, send.port);
}

/* The old form: command and argument in one structure. */
int64_t hypercall_event_channel_op_compat(uint64_t operation)
{
	uint32_t command;

	if (guest_copy_from(&command, operation, sizeof(command)))
		return -EFAULT;
	if (command > EVTCHNOP_unmask)
		return -ENOSYS;
	return hypercall_event_channel_op(command, operation + offsetof(struct xen_evtchn_op, u));
}
