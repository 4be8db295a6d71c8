/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: version, permission, dispatch by the rows of sysctl.def, copies and continuations. */
#include "sysctl.h"

#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/hypercall.h"
#include "hv/printk.h"
#include "hv/string.h"

#define RESUMES true
#define ONCE false

struct sysctl_row {
	int64_t (*handler)(struct sysctl_call *call); /* NULL: refused with the error */
	enum permission permission;
	int32_t error;
	uint32_t payload_bytes;
	bool resumes;
};

/* A hole has neither handler nor error. */
static const struct sysctl_row rows[] = {
#define SYSCTL(name, payload, who, may_resume)                                            \
	[XEN_SYSCTL_##name] = {.handler = sysctl_##name,                                  \
			       .permission = who,                                         \
			       .payload_bytes = sizeof((struct xen_sysctl){0}.u.payload), \
			       .resumes = may_resume},
#define REFUSED(name, errno_refused) [XEN_SYSCTL_##name] = {.error = errno_refused},
#include "sysctl.def"
#undef SYSCTL
#undef REFUSED
};

static int version_check(uint32_t version)
{
	if (version == XEN_SYSCTL_INTERFACE_VERSION)
		return 0;
	printk(LOG_WARNING, "d%u: sysctl of interface version %#x; this hypervisor speaks %#x",
	       current_vcpu()->domain->id, version, XEN_SYSCTL_INTERFACE_VERSION);
	return -EACCES;
}

/* The row of a call that may be made; or why not. */
static int row_find(const struct sysctl_call *call, const struct sysctl_row **out)
{
	const struct sysctl_row *row;

	if (call->op.cmd >= ARRAY_SIZE(rows))
		return -ENOSYS;
	row = &rows[index_clamp(call->op.cmd, ARRAY_SIZE(rows))];
	if (!row->handler)
		return row->error ? -row->error : -ENOSYS;
	if (permission_check(row->permission))
		return -EPERM;
	if (call->done && !row->resumes)
		return -ENOSYS;
	*out = row;
	return 0;
}

static int64_t call_continue(struct sysctl_call *call, uint64_t argument,
			     const struct sysctl_row *row)
{
	uint32_t command = call->op.cmd | call->done << SYSCTL_COMMAND_BITS;

	if (guest_copy_to(argument, &command, sizeof(command)) ||
	    guest_copy_to(argument + offsetof(struct xen_sysctl, u), &call->op.u,
			  row->payload_bytes))
		return -EFAULT;
	return hypercall_continue(__HYPERVISOR_sysctl, 1, &argument);
}

static int64_t call_finish(const struct sysctl_call *call, uint64_t argument,
			   const struct sysctl_row *row, int64_t result)
{
	if (result && result != -ENOBUFS)
		return result;
	/* The caller's command as it was before a continuation. */
	if (call->done && guest_copy_to(argument, &call->op.cmd, sizeof(call->op.cmd)))
		return -EFAULT;
	if (guest_copy_to(argument + offsetof(struct xen_sysctl, u), &call->op.u,
			  row->payload_bytes))
		return -EFAULT;
	return result;
}

int64_t hypercall_sysctl(uint64_t argument)
{
	const struct sysctl_row *row = NULL;
	struct sysctl_call call;
	int64_t result;

	if (guest_copy_from(&call.op, argument, sizeof(call.op)))
		return -EFAULT;
	result = version_check(call.op.interface_version);
	if (result)
		return result;
	call.done = call.op.cmd >> SYSCTL_COMMAND_BITS;
	call.op.cmd &= SYSCTL_COMMAND_MASK;
	result = row_find(&call, &row);
	if (result)
		return result;
	result = row->handler(&call);
	if (result == -ERESTART)
		return call_continue(&call, argument, row);
	return call_finish(&call, argument, row, result);
}
