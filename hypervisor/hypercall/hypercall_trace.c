/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of hypercalls. While tracing is off the entry code doesn't come by
 * here: on and off change the table that it calls through.
 */
#include "abi/xen.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/hypercall.h"
#include "hv/trace.h"

/* As many as a record has room for. */
#define MAX_ARGUMENTS 3U

hypercall_handler *const *hypercall_table_current = hypercall_table;

static void call_record(uint32_t number, unsigned int nr_arguments, const uint64_t *arguments)
{
	bool is_multicall = current_vcpu()->in_multicall;
	uint32_t words[1 + 2 * MAX_ARGUMENTS] = {number};
	unsigned int nr = MIN(nr_arguments, MAX_ARGUMENTS);

	for (unsigned int i = 0; i < nr; i++) {
		words[0] |= (uint32_t)TRC_PV_HYPERCALL_V2_ARG_64(i);
		words[1 + 2 * i] = (uint32_t)arguments[i];
		words[2 + 2 * i] = (uint32_t)(arguments[i] >> 32);
	}
	trace_write(is_multicall ? TRC_PV_HYPERCALL_SUBCALL : TRC_PV_HYPERCALL_V2, words,
		    (1 + 2 * nr) * (unsigned int)sizeof(words[0]));
}

#define HYPERCALL(name, nr_arguments, permission)                                        \
	static int64_t traced_##name(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4) \
	{                                                                                \
		call_record(__HYPERVISOR_##name, nr_arguments,                           \
			    (const uint64_t[]){a1, a2, a3, a4});                         \
		return hypercall_table[__HYPERVISOR_##name](a1, a2, a3, a4);             \
	}
#define REFUSED(name, error) HYPERCALL(name, 0, ALLOW_NONE)
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED

static int64_t traced_absent(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
	return -ENOSYS;
}

/* The first row fills the holes. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static hypercall_handler *const traced_table[NR_HYPERCALLS] = {
	[0 ... NR_HYPERCALLS - 1] = traced_absent,
#define HYPERCALL(name, nr_arguments, permission) [__HYPERVISOR_##name] = traced_##name,
#define REFUSED(name, error) [__HYPERVISOR_##name] = traced_##name,
#include "hypercalls.def"
#undef HYPERCALL
#undef REFUSED
};
#pragma GCC diagnostic pop

void hypercall_trace(bool on)
{
	WRITE_ONCE(hypercall_table_current, on ? traced_table : hypercall_table);
}
