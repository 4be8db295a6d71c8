/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_*, SCHEDOP_*, timers, shutdown. */
#include "cases.h"
#include "fake.h"
#include "fake_machine_end.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/printk.h"

#define MS NS_PER_MS

static unsigned int nr_ticks;

void event_send_virq_vcpu(struct vcpu *v, uint32_t virq)
{
	sim_check(virq == VIRQ_TIMER, "virq %u", virq);
	nr_ticks++;
}

/* Runs for a time and leaves the vcpu's CPU entered; the ticks since the start must be as many. */
static void ticks_after(struct sim_vcpu *sv, uint64_t ns, unsigned int expected, const char *when)
{
	sim_run(ns);
	fake_cpu_enter(sv->v->processor);
	sim_check(nr_ticks == expected, "%s: %u ticks, not %u", when, nr_ticks, expected);
}

static void timer_op_ticks_once(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	sim_check(hypercall_set_timer_op(fake_now_ns + 3 * MS) == 0, "set");
	ticks_after(sv, 2 * MS, 0, "early");
	ticks_after(sv, 2 * MS, 1, "due");
	sim_check(hypercall_set_timer_op(fake_now_ns + 3 * MS) == 0, "set");
	sim_check(hypercall_set_timer_op(0) == 0, "stop");
	ticks_after(sv, 10 * MS, 1, "stopped");
	sim_check(hypercall_set_timer_op((uint64_t)-5) == 0, "negative");
	ticks_after(sv, MS, 2, "negative");
	sim_check(hypercall_set_timer_op(fake_now_ns - MS) == 0, "past");
	ticks_after(sv, MS, 3, "past");
	sim_check(hypercall_set_timer_op(1ULL << 62) == 0, "far");
	ticks_after(sv, 200 * MS, 4, "far");
}

static int64_t vcpu_op(struct sim_vcpu *sv, uint64_t operation, void *argument)
{
	return hypercall_vcpu_op(operation, sv->v->id, (uint64_t)argument);
}

static void singleshot_timer_ticks_once(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d), *other = sim_vcpu(d, 0, 0, 0);
	struct xen_vcpu_set_singleshot_timer shot = {fake_now_ns - 1, VCPU_SSHOTTMR_future};

	sim_check(vcpu_op(sv, VCPUOP_set_singleshot_timer, &shot) == -ETIME, "past");
	sim_check(vcpu_op(other, VCPUOP_set_singleshot_timer, &shot) == -EINVAL, "another's");
	sim_check(vcpu_op(other, VCPUOP_stop_singleshot_timer, NULL) == -EINVAL, "another's");
	shot.timeout_abs_ns = fake_now_ns + MS;
	sim_check(vcpu_op(sv, VCPUOP_set_singleshot_timer, &shot) == 0, "set");
	ticks_after(sv, 20 * MS, 1, "due");
	shot.timeout_abs_ns = fake_now_ns + MS;
	sim_check(vcpu_op(sv, VCPUOP_set_singleshot_timer, &shot) == 0, "set");
	sim_check(vcpu_op(sv, VCPUOP_stop_singleshot_timer, NULL) == 0, "stop");
	ticks_after(sv, 20 * MS, 1, "stopped");
}

static void periodic_timer_ticks_while_it_runs(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));
	struct xen_vcpu_set_periodic_timer periodic = {MS - 1};

	sim_check(vcpu_op(sv, VCPUOP_set_periodic_timer, &periodic) == -EINVAL, "short");
	periodic.period_ns = 5 * MS;
	sim_check(vcpu_op(sv, VCPUOP_set_periodic_timer, &periodic) == 0, "set");
	ticks_after(sv, 52 * MS, 10, "periodic");
	/* Off its CPU the ticks become one. */
	vcpu_block();
	ticks_after(sv, 50 * MS, 10, "blocked");
	vcpu_unblock(sv->v);
	ticks_after(sv, MS, 11, "back");
	sim_check(vcpu_op(sv, VCPUOP_stop_periodic_timer, NULL) == 0, "stop");
	ticks_after(sv, 50 * MS, 11, "stopped");
}

static void vcpu_is_initialised_once(void)
{
	struct domain *d = sim_domain(256, 0);
	struct vcpu *fresh;

	sim_running_vcpu(d);
	sim_check(hypercall_vcpu_op(VCPUOP_is_up, 99, 0) == -ENOENT, "no such vcpu");
	sim_check(hypercall_vcpu_op(VCPUOP_is_up, 5, 0) == -ENOENT, "not made");
	sim_check(hypercall_vcpu_op(99, 0, 0) == -ENOSYS, "unknown operation");
	sim_check(domain_create_vcpu(d, 5, &fresh) == 0, "make");
	sim_check(hypercall_vcpu_op(VCPUOP_up, 5, 0) == -EINVAL, "up without a context");
	sim_check(hypercall_vcpu_op(VCPUOP_is_up, 5, 0) == 0, "is up");
	sim_check(hypercall_vcpu_op(VCPUOP_initialise, 5, 0) == 0, "initialise");
	sim_check(hypercall_vcpu_op(VCPUOP_initialise, 5, 0) == -EEXIST, "twice");
	sim_check(hypercall_vcpu_op(VCPUOP_up, 5, 0) == 0, "up");
	sim_check(hypercall_vcpu_op(VCPUOP_is_up, 5, 0) == 1, "isn't up");
	sim_run(MS);
	sim_check(fresh->runstate.state <= RUNSTATE_runnable, "state %d", fresh->runstate.state);
}

static void last_vcpu_down_ends_the_domain(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d), *other = sim_vcpu(d, 0, 0, 0);

	sim_run(MS);
	fake_cpu_enter(sv->v->processor);
	sim_check(vcpu_op(other, VCPUOP_down, NULL) == 0, "down");
	sim_run(MS);
	sim_check(sim_state(other) == RUNSTATE_offline && !d->is_shut_down, "state %d",
		  sim_state(other));
	fake_cpu_enter(sv->v->processor);
	sim_check(vcpu_op(sv, VCPUOP_down, NULL) == 0, "the last goes down");
	sim_check(d->is_shut_down && d->shutdown_code == SHUTDOWN_poweroff, "no shutdown");
}

static void vcpu_info_is_registered_once(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d);
	struct page *page = heap_alloc_domain(d, 0, 0);
	struct xen_vcpu_register_vcpu_info info = {page_to_mfn(page).n, 128, 0};

	sim_check(vcpu_op(sv, VCPUOP_register_vcpu_info, &info) == 0, "register");
	sim_check(sv->v->info == (void *)((char *)page_to_virt(page) + 128), "elsewhere");
	sim_check(fake_vcpu_info_resets == 1, "events are not carried over");
	sim_check(vcpu_op(sv, VCPUOP_register_vcpu_info, &info) == -EINVAL, "twice");
	sim_check(fake_vcpu_info_resets == 1, "reset by a refusal");
}

static void shutdown_stops_and_resume_continues(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d);
	struct xen_sched_shutdown shutdown = {SHUTDOWN_suspend};

	sim_check(hypercall_sched_op(SCHEDOP_shutdown_code, (uint64_t)&shutdown) == 0, "latch");
	shutdown.reason = SHUTDOWN_crash;
	sim_check(hypercall_sched_op(SCHEDOP_shutdown, (uint64_t)&shutdown) == 0, "shut down");
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_offline && d->shutdown_code == SHUTDOWN_suspend,
		  "code %u", d->shutdown_code);
	domain_crash(d, "again");
	domain_resume(d);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running && !d->is_shut_down, "state %d", sim_state(sv));
	fake_cpu_enter(sv->v->processor);
	domain_crash(d, "for %s", "good");
	sim_check(d->is_shut_down && d->shutdown_code == SHUTDOWN_crash, "code %u",
		  d->shutdown_code);
}

static void machine_ends(struct domain *d, uint32_t code, enum fake_machine_end how)
{
	d->shutdown_code = SHUTDOWN_CODE_NONE;
	sim_check(FAKE_PANICS(domain_shutdown(d, code)) && fake_machine_end == how, "code %u: %d",
		  code, (int)fake_machine_end);
}

static void hardware_domain_takes_the_machine_along(void)
{
	struct domain *d = sim_domain(256, 0);

	d->is_hardware = true;
	hardware_domain = d;
	machine_ends(d, SHUTDOWN_poweroff, FAKE_MACHINE_OFF);
	machine_ends(d, SHUTDOWN_reboot, FAKE_MACHINE_RESTARTED);
	machine_ends(d, SHUTDOWN_crash, FAKE_MACHINE_RESTARTED);
	noreboot = true;
	machine_ends(d, SHUTDOWN_reboot, FAKE_MACHINE_RESTARTED);
	machine_ends(d, SHUTDOWN_crash, FAKE_MACHINE_HALTED);
	machine_ends(d, SHUTDOWN_watchdog, FAKE_MACHINE_HALTED);
	machine_ends(d, 77, FAKE_MACHINE_HALTED);
}

static int64_t watchdog(uint32_t id, uint32_t timeout)
{
	struct xen_sched_watchdog watchdog = {id, timeout};

	return hypercall_sched_op(SCHEDOP_watchdog, (uint64_t)&watchdog);
}

static void watchdog_shuts_down(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d);

	sim_check(watchdog(0, 2) == 1 && watchdog(0, 2) == 2, "two");
	sim_check(watchdog(0, 2) == -ENOSPC, "a third");
	sim_check(watchdog(3, 2) == -EINVAL, "bad id");
	sim_check(watchdog(0, 0) == -EINVAL, "no time");
	sim_check(watchdog(2, 0) == 0, "disarm");
	sim_check(watchdog(2, 0) == -EINVAL, "disarm twice");
	sim_run(NS_PER_SECOND);
	fake_cpu_enter(sv->v->processor);
	sim_check(watchdog(1, 2) == 0, "poke");
	sim_run(3 * NS_PER_SECOND / 2);
	sim_check(!d->is_shut_down, "too early");
	sim_run(NS_PER_SECOND);
	sim_check(d->is_shut_down && d->shutdown_code == SHUTDOWN_watchdog, "still up");
}

static void remote_shutdown_is_for_control(void)
{
	struct domain *d = sim_domain(256, 0), *other = sim_domain(256, 0);
	struct xen_sched_remote_shutdown remote = {77, SHUTDOWN_crash};
	uint64_t argument = (uint64_t)&remote;

	sim_running_vcpu(d);
	sim_check(hypercall_sched_op(8, 0) == -ENOSYS, "unknown");
	sim_check(hypercall_sched_op_compat(SCHEDOP_poll, 0) == -ENOSYS, "compat");
	sim_check(hypercall_sched_op(SCHEDOP_remote_shutdown, argument) == -ESRCH, "nobody");
	remote.domain_id = other->id;
	sim_check(hypercall_sched_op(SCHEDOP_remote_shutdown, argument) == -EPERM, "not allowed");
	sim_check(!other->is_shut_down, "it worked");
	d->is_control = true;
	sim_check(hypercall_sched_op(SCHEDOP_remote_shutdown, argument) == 0, "allowed");
	sim_check(other->is_shut_down && other->references == 1, "%u references",
		  other->references);
}

static int64_t pin(int32_t cpu)
{
	struct xen_sched_pin_override pin = {cpu};

	return hypercall_sched_op(SCHEDOP_pin_override, (uint64_t)&pin);
}

static void pin_override_moves_the_hardware_domain(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d);
	unsigned int to = !sv->v->processor;

	sim_check(pin(1) == -EPERM, "not the hardware domain");
	d->is_hardware = true;
	sim_check(pin(9) == -EINVAL, "no such CPU");
	sim_check(pin(-1) == -ENOENT, "not pinned");
	sim_check(pin((int32_t)to) == 0, "pin");
	sim_check(pin((int32_t)to) == -EBUSY, "pin twice");
	sim_run(MS);
	sim_check(sv->v->processor == to && sim_state(sv) == RUNSTATE_running, "CPU %u",
		  sv->v->processor);
	fake_cpu_enter(sv->v->processor);
	sim_check(pin(-1) == 0, "unpin");
	sim_check(bitmap_test(sv->v->affinity_hard.bits, !to), "affinity is lost");
}

#define CASES(row)                                                                                \
	row(timer_op_ticks_once) row(singleshot_timer_ticks_once)                                 \
		row(periodic_timer_ticks_while_it_runs) row(vcpu_is_initialised_once) row(        \
			last_vcpu_down_ends_the_domain) row(vcpu_info_is_registered_once)         \
			row(shutdown_stops_and_resume_continues) row(                             \
				hardware_domain_takes_the_machine_along) row(watchdog_shuts_down) \
				row(remote_shutdown_is_for_control)                               \
					row(pin_override_moves_the_hardware_domain)

#define DEFINE(name) SCENARIO(2, credit_policy, name)
#define LIST(name) cmocka_unit_test(test_##name),
CASES(DEFINE)

int run_operation_cases(void)
{
	const struct CMUnitTest tests[] = {CASES(LIST)};

	return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
