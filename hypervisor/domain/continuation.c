/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Continuations of long hypercalls, and who may make which operation. */
#include "hv/continuation.h"

#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/perf.h"

int permission_check(enum permission permission)
{
	const struct domain *d = current_vcpu()->domain;

	switch (permission) {
	case ALLOW_ANY:
		return 0;
	case ALLOW_CONTROL:
		return d->is_control ? 0 : -EPERM;
	case ALLOW_HARDWARE:
		return d->is_hardware ? 0 : -EPERM;
	case ALLOW_NONE:
		break;
	}
	return -EPERM;
}

int64_t hypercall_continue(uint32_t number, unsigned int nr_arguments, const uint64_t *arguments)
{
	struct vcpu *v = current_vcpu();

	PERF_INC(continuations);
	v->nr_continuations++;
	if (!v->in_multicall) {
		arch_hypercall_rewind(number, nr_arguments, arguments);
		return number;
	}
	v->multicall.op = number;
	for (unsigned int i = 0; i < nr_arguments; i++)
		v->multicall.args[i] = arguments[i];
	v->multicall_nr_arguments = (uint8_t)nr_arguments;
	v->multicall_preempted = true;
	return 0;
}
