/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_*: one row per operation; the payload is copied once, then checked and carried out. */
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "policy.h"

static int64_t op_yield(uint64_t argument)
{
	vcpu_yield();
	return 0;
}

static int64_t op_block(uint64_t argument)
{
	vcpu_block();
	return 0;
}

static int64_t op_shutdown(uint64_t argument)
{
	struct xen_sched_shutdown shutdown;

	if (guest_copy_from(&shutdown, argument, sizeof(shutdown)))
		return -EFAULT;
	/* The ABI's reasons are 8 bits wide; codes that nobody knows go to the tools as they are. */
	domain_shutdown(current_vcpu()->domain, (uint8_t)shutdown.reason);
	return 0;
}

static int64_t op_poll(uint64_t argument)
{
	struct xen_sched_poll poll;

	if (guest_copy_from(&poll, argument, sizeof(poll)))
		return -EFAULT;
	return vcpu_poll(&poll);
}

static int64_t op_remote_shutdown(uint64_t argument)
{
	struct xen_sched_remote_shutdown remote;
	struct domain *d;

	if (guest_copy_from(&remote, argument, sizeof(remote)))
		return -EFAULT;
	d = domain_get_by_id(remote.domain_id);
	if (!d)
		return -ESRCH;
	if (!current_vcpu()->domain->is_control) {
		domain_put(d);
		return -EPERM;
	}
	domain_shutdown(d, (uint8_t)remote.reason);
	domain_put(d);
	return 0;
}

static int64_t op_shutdown_code(uint64_t argument)
{
	struct xen_sched_shutdown shutdown;

	if (guest_copy_from(&shutdown, argument, sizeof(shutdown)))
		return -EFAULT;
	__atomic_store_n(&current_vcpu()->domain->shutdown_code, (uint8_t)shutdown.reason,
			 __ATOMIC_SEQ_CST);
	return 0;
}

static int64_t op_watchdog(uint64_t argument)
{
	struct xen_sched_watchdog watchdog;

	if (guest_copy_from(&watchdog, argument, sizeof(watchdog)))
		return -EFAULT;
	return watchdog_set(current_vcpu()->domain, watchdog.id, watchdog.timeout);
}

static int64_t op_pin_override(uint64_t argument)
{
	struct vcpu *v = current_vcpu();
	struct xen_sched_pin_override pin;

	if (!v->domain->is_hardware)
		return -EPERM;
	if (guest_copy_from(&pin, argument, sizeof(pin)))
		return -EFAULT;
	return vcpu_pin_override(v, pin.pcpu);
}

static int64_t (*const operations[])(uint64_t argument) = {
	[SCHEDOP_yield] = op_yield,
	[SCHEDOP_block] = op_block,
	[SCHEDOP_shutdown] = op_shutdown,
	[SCHEDOP_poll] = op_poll,
	[SCHEDOP_remote_shutdown] = op_remote_shutdown,
	[SCHEDOP_shutdown_code] = op_shutdown_code,
	[SCHEDOP_watchdog] = op_watchdog,
	[SCHEDOP_pin_override] = op_pin_override,
};

int64_t hypercall_sched_op(uint64_t command, uint64_t argument)
{
	command = (uint32_t)command;
	if (command >= ARRAY_SIZE(operations))
		return -ENOSYS;
	return operations[command](argument);
}

/* The first form of the call: no payloads, so only what needs none. */
int64_t hypercall_sched_op_compat(uint64_t command, uint64_t argument)
{
	switch ((uint32_t)command) {
	case SCHEDOP_yield:
		return op_yield(0);
	case SCHEDOP_block:
		return op_block(0);
	case SCHEDOP_shutdown:
		domain_shutdown(current_vcpu()->domain, (uint8_t)argument);
		return 0;
	}
	return -ENOSYS;
}
