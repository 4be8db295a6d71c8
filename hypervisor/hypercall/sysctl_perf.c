/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: the software counters, a value a CPU for counters, the sum of all CPUs for each number of an array. */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/perf.h"
#include "hv/string.h"
#include "sysctl.h"

struct perf_row {
	const char *text;
	uint32_t first, nr;
	bool is_array;
};

static const struct perf_row rows[] = {
#define PERF_COUNTER(name, description) {description, PERF_##name, 1, false},
#define PERF_ARRAY(name, count, description) {description, PERF_##name, count, true},
#include "hv/perf_counters.def"
#undef PERF_COUNTER
#undef PERF_ARRAY
};

static bool cpu_counts(unsigned int cpu)
{
	return cpu_is_online(cpu);
}

static uint32_t row_nr_values(const struct perf_row *row)
{
	return row->is_array ? row->nr : (uint32_t)bitmap_weight(cpus_online.bits, NR_CPUS);
}

static uint32_t sum_of(uint32_t index)
{
	uint32_t sum = 0;

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_counts(cpu))
			sum += READ_ONCE(per_cpu(perf_values, cpu).value[index]);
	return sum;
}

static int array_copy(const struct perf_row *row, uint64_t to, uint32_t *done)
{
	for (uint32_t i = 0; i < row->nr; i++) {
		uint32_t value = sum_of(row->first + i);

		if (guest_copy_to_index(to, (*done)++, &value, sizeof(value)))
			return -EFAULT;
	}
	return 0;
}

static int counter_copy(const struct perf_row *row, uint64_t to, uint32_t *done)
{
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
		uint32_t value;

		if (!cpu_counts(cpu))
			continue;
		value = READ_ONCE(per_cpu(perf_values, cpu).value[row->first]);
		if (guest_copy_to_index(to, (*done)++, &value, sizeof(value)))
			return -EFAULT;
	}
	return 0;
}

static int row_copy(const struct perf_row *row, const struct xen_sysctl_perfc_op *op,
		    uint32_t index, uint32_t *nr_values)
{
	struct xen_sysctl_perfc_desc description = {.nr_vals = row_nr_values(row)};

	strlcpy((char *)description.name, row->text, sizeof(description.name));
	if (op->desc && guest_copy_to_index(op->desc, index, &description, sizeof(description)))
		return -EFAULT;
	if (!op->val) {
		*nr_values += description.nr_vals;
		return 0;
	}
	return row->is_array ? array_copy(row, op->val, nr_values)
			     : counter_copy(row, op->val, nr_values);
}

static int counters_query(struct xen_sysctl_perfc_op *op)
{
	uint32_t nr_values = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int rc = row_copy(&rows[i], op, i, &nr_values);

		if (rc)
			return rc;
	}
	op->nr_counters = ARRAY_SIZE(rows);
	op->nr_vals = nr_values;
	return 0;
}

/* What another CPU counts at the same moment may be left or lost. */
static void counters_reset(void)
{
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_counts(cpu))
			memset(&per_cpu(perf_values, cpu), 0, sizeof(struct perf_values));
}

int64_t sysctl_perfc_op(struct sysctl_call *call)
{
	struct xen_sysctl_perfc_op *op = &call->op.u.perfc_op;

	switch (op->cmd) {
	case XEN_SYSCTL_PERFCOP_reset:
		counters_reset();
		return counters_query(op);
	case XEN_SYSCTL_PERFCOP_query:
		return counters_query(op);
	default:
		return -EINVAL;
	}
}
