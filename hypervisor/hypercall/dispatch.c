/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a hypercall's number to its handler, by the rows of hypercalls.def; continuations and multicalls. */
#include "hv/hypercall.h"

#include "abi/xen.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/grant.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/irq.h"
#include "hv/printk.h"
#include "hv/sched.h"

static always_inline bool permission_is_denied(enum permission permission)
{
	return permission != ALLOW_ANY && permission_check(permission);
}

#define ARGUMENTS_0
#define ARGUMENTS_1 a1
#define ARGUMENTS_2 a1, a2
#define ARGUMENTS_3 a1, a2, a3
#define ARGUMENTS_4 a1, a2, a3, a4

int64_t hypercall_dispatch(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			   uint64_t a6, uint64_t number)
{
	switch (number) {
#define HYPERCALL(name, nr_arguments, permission)     \
	case __HYPERVISOR_##name:                     \
		if (permission_is_denied(permission)) \
			return -EPERM;                \
		return (int64_t)hypercall_##name(ARGUMENTS_##nr_arguments);
#define REFUSED(name, error)      \
	case __HYPERVISOR_##name: \
		return -(error);
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED
	default:
		return -ENOSYS;
	}
}

const char *hypercall_name(uint32_t number)
{
	switch (number) {
#define HYPERCALL(name, nr_arguments, permission) \
	case __HYPERVISOR_##name:                 \
		return #name;
#define REFUSED(name, error)      \
	case __HYPERVISOR_##name: \
		return #name;
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED
	default:
		return "unknown";
	}
}

static int64_t multicall_run_entry(struct vcpu *v)
{
	const uint64_t *args = v->multicall.args;

	/* It replaces the frame that the multicall itself returns to. */
	if (v->multicall.op == __HYPERVISOR_iret)
		return -ENOSYS;
	if (v->multicall.op == __HYPERVISOR_multicall)
		return -EINVAL;
	return hypercall_dispatch(args[0], args[1], args[2], args[3], args[4], args[5],
				  v->multicall.op);
}

static int64_t multicall_continue(uint64_t list, uint64_t nr_calls)
{
	const uint64_t arguments[] = {list, nr_calls};

	return hypercall_continue(__HYPERVISOR_multicall, ARRAY_SIZE(arguments), arguments);
}

/* One entry: 0, -EFAULT, or -ERESTART when the call in it was pre-empted and its entry rewritten. */
static int multicall_step(struct vcpu *v, uint64_t list)
{
	const uint64_t result_offset = offsetof(struct xen_multicall_entry, result);
	int64_t result;

	if (guest_copy_from(&v->multicall, list, sizeof(v->multicall)))
		return -EFAULT;
	v->multicall_preempted = false;
	v->in_multicall = true;
	result = multicall_run_entry(v);
	v->in_multicall = false;
	if (unlikely(v->multicall_preempted))
		return guest_copy_to(list, &v->multicall, sizeof(v->multicall)) ? -EFAULT
										: -ERESTART;
	return guest_copy_to(list + result_offset, &result, sizeof(result));
}

int64_t hypercall_multicall(uint64_t list, uint64_t count)
{
	struct vcpu *v = current_vcpu();
	uint32_t nr_calls = (uint32_t)count; /* the ABI's width */

	if (!guest_range_is_permitted(list, nr_calls * sizeof(struct xen_multicall_entry)))
		return -EFAULT;
	for (; nr_calls; nr_calls--, list += sizeof(struct xen_multicall_entry)) {
		int error = multicall_step(v, list);

		if (error == -ERESTART)
			return multicall_continue(list, nr_calls);
		if (error)
			return error;
		if (hypercall_is_preempt_due() && nr_calls > 1)
			return multicall_continue(list + sizeof(struct xen_multicall_entry),
						  nr_calls - 1);
	}
	return 0;
}
