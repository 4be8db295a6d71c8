/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domctl: from the operation's number to its handler, by the rows of
 * domctl.def. The caller's struct is copied once; its domain is referenced and
 * kept for this operation: who comes second makes the call again.
 */
#include "domctl.h"

#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/printk.h"

enum domctl_target { NOBODY, DOMAIN };

struct domctl_row {
	domctl_handler *handler;
	uint32_t bytes; /* of the caller's struct that an answer may be in */
	enum permission permission;
	enum domctl_target target;
};

#define PAYLOAD_BYTES(payload) \
	(offsetof(struct xen_domctl, u) + sizeof(((struct xen_domctl *)NULL)->u.payload))

/* 0, or why the operation is refused. */
static int row_find(uint32_t command, struct domctl_row *row)
{
	switch (command) {
#define DOMCTL(name, permission, payload, target)                                             \
	case XEN_DOMCTL_##name:                                                               \
		*row = (struct domctl_row){domctl_##name, PAYLOAD_BYTES(payload), permission, \
					   target};                                           \
		return 0;
#define REFUSED(name, error)    \
	case XEN_DOMCTL_##name: \
		return -(error);
#include "domctl.def"
#undef DOMCTL
#undef REFUSED
	default:
		return -ENOSYS;
	}
}

/* Told once for each: a tool of another version would fill the console. */
static void version_tell(uint32_t version)
{
	static uint32_t told;

	if (__atomic_exchange_n(&told, version, __ATOMIC_RELAXED) != version)
		printk(LOG_WARNING,
		       "domctl: the caller speaks interface version %#x, this hypervisor %#x\n",
		       version, XEN_DOMCTL_INTERFACE_VERSION);
}

struct vcpu *domctl_find_vcpu(const struct domctl_call *call, uint32_t id)
{
	const struct domain *d = call->d;

	return id < d->max_vcpus ? __atomic_load_n(&d->vcpu[id], __ATOMIC_ACQUIRE) : NULL;
}

static int domain_run(const struct domctl_row *row, struct domctl_call *call)
{
	struct domain *d = domain_get_by_id(call->op.domain);
	int rc;

	if (!d)
		return -ESRCH;
	if (__atomic_exchange_n(&d->control_is_busy, true, __ATOMIC_ACQUIRE)) {
		domain_put(d);
		return -ERESTART;
	}
	call->d = d;
	rc = row->handler(call);
	__atomic_store_n(&d->control_is_busy, false, __ATOMIC_RELEASE);
	domain_put(d);
	return rc;
}

static int row_run(const struct domctl_row *row, struct domctl_call *call)
{
	int rc = permission_check(row->permission);

	if (rc)
		return rc;
	return row->target == DOMAIN ? domain_run(row, call) : row->handler(call);
}

int64_t hypercall_domctl(uint64_t operation)
{
	struct domctl_call call = {.d = NULL};
	struct domctl_row row;
	int rc;

	if (guest_copy_from(&call.op, operation, sizeof(call.op)))
		return -EFAULT;
	if (call.op.interface_version != XEN_DOMCTL_INTERFACE_VERSION) {
		version_tell(call.op.interface_version);
		return -EACCES;
	}
	rc = row_find(call.op.cmd, &row);
	if (rc)
		return rc;
	rc = row_run(&row, &call);
	if (call.copies_back && guest_copy_to(operation, &call.op, row.bytes))
		return -EFAULT;
	return rc == -ERESTART ? hypercall_continue(__HYPERVISOR_domctl, 1, &operation) : rc;
}
