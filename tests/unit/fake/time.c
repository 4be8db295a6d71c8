/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for arch/x86/irq/time.c and core/timer.c: time stands still until the test moves it. */
#include "fake.h"
#include "hv/time.h"
#include "hv/timer.h"

uint64_t fake_now_ns = 1000;
uint64_t fake_tsc;
__attribute__((weak)) uint32_t time_generation;

__attribute__((weak)) uint64_t time_now_ns(void)
{
	return fake_now_ns;
}

__attribute__((weak)) uint64_t time_from_tsc_ns(uint64_t tsc)
{
	return tsc;
}

__attribute__((weak)) uint64_t time_tsc_khz(void)
{
	return 1000000;
}

__attribute__((weak)) void time_delay_us(uint64_t us)
{
	fake_now_ns += us * NS_PER_US;
	fake_tsc += us * NS_PER_US;
}

__attribute__((weak)) void time_wallclock_base(uint64_t *seconds, uint32_t *ns)
{
	*seconds = 0;
	*ns = 0;
}

__attribute__((weak)) void timer_init(struct timer *timer, void (*function)(void *data), void *data,
				      unsigned int cpu)
{
	*timer = (struct timer){.function = function, .data = data, .cpu = (uint16_t)cpu};
}

__attribute__((weak)) void timer_set(struct timer *timer, uint64_t expires_ns)
{
	if (timer->killed)
		return;
	timer->expires_ns = expires_ns;
	timer->is_queued = true;
}

__attribute__((weak)) void timer_stop(struct timer *timer)
{
	timer->is_queued = false;
}

__attribute__((weak)) void timer_kill(struct timer *timer)
{
	timer->is_queued = false;
	timer->killed = true;
}

__attribute__((weak)) void timer_migrate(struct timer *timer, unsigned int cpu)
{
	timer->cpu = (uint16_t)cpu;
}

__attribute__((weak)) bool timer_is_active(const struct timer *timer)
{
	return timer->is_queued;
}

__attribute__((weak)) uint64_t timer_next_deadline_ns(void)
{
	return UINT64_MAX;
}
