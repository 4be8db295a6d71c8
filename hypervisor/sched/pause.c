/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pauses by count, of a vcpu and of a whole domain; those of control operations are kept apart. */
#include "hv/errno.h"
#include "hv/printk.h"
#include "policy.h"

static void count_raise(uint32_t *count)
{
	BUG_ON(__atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST) == 0);
}

/* True when it was the last. */
static bool count_drop(uint32_t *count)
{
	uint32_t before = __atomic_fetch_sub(count, 1, __ATOMIC_SEQ_CST);

	BUG_ON(before == 0);
	return before == 1;
}

void vcpu_pause(struct vcpu *v)
{
	count_raise(&v->pause_count);
	vcpu_sleep_sync(v);
}

void vcpu_pause_nosync(struct vcpu *v)
{
	count_raise(&v->pause_count);
	vcpu_sleep_nosync(v);
}

void vcpu_unpause(struct vcpu *v)
{
	if (count_drop(&v->pause_count))
		vcpu_wake(v);
}

void domain_pause_nosync(struct domain *d)
{
	struct vcpu *v;

	count_raise(&d->pause_count);
	for_each_vcpu(d, v) vcpu_sleep_nosync(v);
}

void domain_pause(struct domain *d)
{
	struct vcpu *v;

	ASSERT(d != current_vcpu()->domain);
	domain_pause_nosync(d);
	for_each_vcpu(d, v) vcpu_sleep_sync(v);
}

void domain_unpause(struct domain *d)
{
	struct vcpu *v;

	if (!count_drop(&d->pause_count))
		return;
	for_each_vcpu(d, v) vcpu_wake(v);
}

int domain_pause_by_controller(struct domain *d)
{
	uint32_t count = __atomic_load_n(&d->controller_pause_count, __ATOMIC_RELAXED);

	do {
		if (count == UINT8_MAX)
			return -EOVERFLOW;
	} while (!__atomic_compare_exchange_n(&d->controller_pause_count, &count, count + 1, true,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	domain_pause(d);
	return 0;
}

int domain_unpause_by_controller(struct domain *d)
{
	uint32_t count = __atomic_load_n(&d->controller_pause_count, __ATOMIC_RELAXED);

	do {
		if (count == 0)
			return -EINVAL;
	} while (!__atomic_compare_exchange_n(&d->controller_pause_count, &count, count - 1, true,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	domain_unpause(d);
	return 0;
}
