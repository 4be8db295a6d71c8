/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a hypercall's number to its handler, by the rows of hypercalls.def; continuations and multicalls. */
#include "hv/hypercall.h"

#include "abi/xen.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/domain.h"
#include "hv/domctl.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/grant.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/irq.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/sched.h"

#define ARGUMENTS_0
#define ARGUMENTS_1 a1
#define ARGUMENTS_2 a1, a2
#define ARGUMENTS_3 a1, a2, a3
#define ARGUMENTS_4 a1, a2, a3, a4

/* A handler behind its permission, or the error of a refused one. */
#define HYPERCALL(name, nr_arguments, permission)                                         \
	static int64_t checked_##name(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4) \
	{                                                                                 \
		if (permission_check(permission))                                         \
			return -EPERM;                                                    \
		return (int64_t)hypercall_##name(ARGUMENTS_##nr_arguments);               \
	}
#define REFUSED(name, error)                                                              \
	static int64_t refused_##name(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4) \
	{                                                                                 \
		return -(error);                                                          \
	}
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED

static int64_t hypercall_absent(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
	return -ENOSYS;
}

/* The first row fills the holes. An open handler is called as it is: it looks at fewer argument registers. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
hypercall_handler *const hypercall_table[NR_HYPERCALLS] = {
	[0 ... NR_HYPERCALLS - 1] = hypercall_absent,
#define HYPERCALL(name, nr_arguments, permission)                                       \
	[__HYPERVISOR_##name] = (permission) == ALLOW_ANY                               \
					? (hypercall_handler *)(void *)hypercall_##name \
					: checked_##name,
#define REFUSED(name, error) [__HYPERVISOR_##name] = refused_##name,
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED
};
#pragma GCC diagnostic pop

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

static never_inline int64_t multicall_refuse(uint64_t number)
{
	/* An iret replaces the frame that the multicall itself returns to. */
	return number == __HYPERVISOR_iret ? -ENOSYS : -EINVAL;
}

static always_inline int64_t multicall_call(const struct xen_multicall_entry *entry)
{
	const uint64_t refused = 1UL << __HYPERVISOR_iret | 1UL << __HYPERVISOR_multicall;
	uint64_t number = entry->op;

	if (unlikely(number >= NR_HYPERCALLS))
		return -ENOSYS;
	if (unlikely(refused >> number & 1))
		return multicall_refuse(number);
	/* Also when the processor runs ahead of the check. */
	number = index_clamp(number, NR_HYPERCALLS);
	return READ_ONCE(hypercall_table_current)[number](entry->args[0], entry->args[1],
							  entry->args[2], entry->args[3]);
}

static int64_t multicall_continue(uint64_t list, uint64_t nr_calls)
{
	const uint64_t arguments[] = {list, nr_calls};

	current_vcpu()->in_multicall = false;
	return hypercall_continue(__HYPERVISOR_multicall, ARRAY_SIZE(arguments), arguments);
}

/* The call in an entry was pre-empted: the entry becomes the call that goes on. */
static never_inline int multicall_rewrite(struct vcpu *v, uint64_t address)
{
	const struct xen_multicall_entry *rest = &v->multicall;

	v->multicall_preempted = false;
	if (guest_copy_to(address + offsetof(struct xen_multicall_entry, op), &rest->op,
			  sizeof(rest->op)) ||
	    guest_copy_to(address + offsetof(struct xen_multicall_entry, args), rest->args,
			  v->multicall_nr_arguments * sizeof(rest->args[0])))
		return -EFAULT;
	return -ERESTART;
}

/* One entry: 0, -EFAULT, or -ERESTART when the call in it was pre-empted and its entry rewritten. */
static always_inline int multicall_step(struct vcpu *v, uint64_t address)
{
	struct xen_multicall_entry entry;
	int64_t result;

	/* No call looks at more arguments. */
	if (unlikely(guest_copy_from_clamped(&entry, address,
					     offsetof(struct xen_multicall_entry, args[4]))))
		return -EFAULT;
	result = multicall_call(&entry);
	if (unlikely(v->multicall_preempted))
		return multicall_rewrite(v, address);
	return guest_copy_to_clamped(address + offsetof(struct xen_multicall_entry, result),
				     &result, sizeof(result));
}

static int64_t multicall_run(struct vcpu *v, uint64_t list, uint64_t nr_calls)
{
	const uint64_t entry_bytes = sizeof(struct xen_multicall_entry);
	/* A hypercall stays on its CPU. */
	const uint32_t *softirqs = &this_cpu(softirq_pending);

	for (; nr_calls; nr_calls--, list += entry_bytes) {
		int error = multicall_step(v, list);

		if (error == -ERESTART)
			return multicall_continue(list, nr_calls);
		if (unlikely(error))
			return error;
		if (unlikely(READ_ONCE(*softirqs)) && nr_calls > 1)
			return multicall_continue(list + entry_bytes, nr_calls - 1);
	}
	return 0;
}

int64_t hypercall_multicall(uint64_t list, uint64_t nr_calls)
{
	struct vcpu *v = current_vcpu();
	int64_t result;

	PERF_INC(multicalls);
	nr_calls = (uint32_t)nr_calls; /* the ABI's width */
	PERF_ADD(multicall_entries, nr_calls);
	if (!guest_range_is_permitted(list, nr_calls * sizeof(struct xen_multicall_entry)))
		return -EFAULT;
	v->in_multicall = true;
	/* The list was checked as a whole. */
	result = multicall_run(v, guest_address_clamp(list), nr_calls);
	v->in_multicall = false;
	return result;
}
