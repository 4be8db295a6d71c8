/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocking, polling, pausing, runstates: the core below the policies. */
#include "cases.h"
#include "fake.h"
#include "fake_machine_end.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/softirq.h"

#define MS NS_PER_MS

static void block_waits_for_an_event(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	sim_check(hypercall_sched_op(SCHEDOP_block, 0) == 0, "block");
	sim_check(!sv->v->info->evtchn_upcall_mask, "the mask stays");
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_blocked, "state %d", sim_state(sv));
	vcpu_mark_events_pending(sv->v);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "state %d", sim_state(sv));
}

static void block_returns_when_one_is_pending(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	sv->v->info->evtchn_upcall_mask = 1;
	sv->v->info->evtchn_upcall_pending = 1;
	vcpu_block();
	sim_check(!softirq_is_pending() && !sv->v->pause_flags, "it blocks");
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "state %d", sim_state(sv));
}

/* The event comes after the decision to block and before the switch. */
static void event_before_the_switch_is_not_lost(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	vcpu_block();
	sim_check(sv->v->pause_flags & VCPU_PAUSED_BLOCKED, "no flag");
	vcpu_mark_events_pending(sv->v);
	sim_check(sim_state(sv) == RUNSTATE_running && !sv->v->sched->is_queued,
		  "queued while it runs");
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "state %d", sim_state(sv));
}

static void running_vcpu_elsewhere_is_kicked(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));
	unsigned int cpu = sv->v->processor, before = fake_event_checks[cpu];

	vcpu_mark_events_pending(sv->v);
	sim_check(fake_event_checks[cpu] == before, "its own CPU was sent for");
	sv->v->info->evtchn_upcall_pending = 0;
	fake_cpu_enter(!cpu);
	vcpu_mark_events_pending(sv->v);
	sim_check(fake_event_checks[cpu] == before + 1, "not sent for");
	vcpu_mark_events_pending(sv->v);
	sim_check(fake_event_checks[cpu] == before + 1, "sent for twice");
}

static int64_t poll(uint32_t *ports, uint32_t nr, uint64_t timeout)
{
	struct xen_sched_poll poll = {.ports = (uint64_t)ports, .nr_ports = nr, .timeout = timeout};

	return hypercall_sched_op(SCHEDOP_poll, (uint64_t)&poll);
}

static void poll_checks_its_ports(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));
	uint32_t ports[129] = {3, 200, 7};

	sim_check(poll(ports, 129, 0) == -EINVAL, "too many ports");
	sim_check(poll(ports, 3, 0) == -EINVAL, "a bad port");
	sim_check(hypercall_sched_op(SCHEDOP_poll, HV_VIRT_START) == -EFAULT, "a bad payload");
	sim_check(poll((uint32_t *)HV_VIRT_START, 2, 0) == -EFAULT, "a bad list");
	sim_check(!sv->v->pause_flags && !softirq_is_pending() && !sv->v->domain->nr_polling,
		  "left waiting");
	ports[1] = 9;
	fake_events_pending = 1u << 7;
	sim_check(poll(ports, 3, 0) == 0 && !sv->v->pause_flags && !sv->v->poll_event,
		  "a pending port");
	fake_events_pending = 0;
	sv->v->info->evtchn_upcall_mask = 0;
	sv->v->info->evtchn_upcall_pending = 1;
	sim_check(poll(ports, 3, 0) == 0 && !sv->v->pause_flags, "a due upcall");
}

static void poll_waits_and_remembers_the_port(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));
	uint32_t ports[2] = {5, 6};

	sv->v->info->evtchn_upcall_mask = 1;
	sim_check(poll(ports, 1, 0) == 0, "poll");
	sim_check(sv->v->poll_event == 5 && sv->v->domain->nr_polling == 1, "port %u",
		  sv->v->poll_event);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_blocked && sv->v->info->evtchn_upcall_mask, "state %d",
		  sim_state(sv));
	vcpu_unblock(sv->v);
	sim_check(!sv->v->poll_event && !sv->v->pause_flags && !sv->v->domain->nr_polling,
		  "still polling");
	sim_run(MS);
	fake_cpu_enter(sv->v->processor);
	sim_check(poll(ports, 2, 0) == 0 && sv->v->poll_event == POLL_ANY_EVENT, "two ports");
}

static void poll_times_out(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));
	uint32_t port = 5;

	sim_check(poll(&port, 1, fake_now_ns + 5 * MS) == 0, "poll");
	sim_run(4 * MS);
	sim_check(sim_state(sv) == RUNSTATE_blocked, "too early");
	sim_run(2 * MS);
	sim_check(sim_state(sv) == RUNSTATE_running && !sv->v->poll_event, "state %d",
		  sim_state(sv));
	/* Its timer doesn't end a later poll. */
	fake_cpu_enter(sv->v->processor);
	sim_check(poll(&port, 1, fake_now_ns + 5 * MS) == 0, "poll again");
	sim_run(MS);
	vcpu_unblock(sv->v);
	sim_run(MS);
	fake_cpu_enter(sv->v->processor);
	sim_check(poll(&port, 1, 0) == 0, "third poll");
	sim_run(20 * MS);
	sim_check(sim_state(sv) == RUNSTATE_blocked, "an old timer ended it");
}

static void pause_counts_nest(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_running_vcpu(d);

	domain_pause_nosync(d);
	vcpu_pause_nosync(sv->v);
	sim_check(domain_unpause_by_controller(d) == -EINVAL, "nothing to take back");
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_offline, "state %d", sim_state(sv));
	domain_unpause(d);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_offline, "state %d", sim_state(sv));
	vcpu_unpause(sv->v);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "state %d", sim_state(sv));
	fake_cpu_enter(sv->v->processor);
	vcpu_block();
	sim_run(MS);
	domain_pause_nosync(d);
	vcpu_unblock(sv->v);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_offline, "state %d", sim_state(sv));
	domain_unpause(d);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "state %d", sim_state(sv));
}

static void runstate_adds_up(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv = sim_vcpu(d, 3 * MS, 4 * MS, 1);
	struct xen_vcpu_runstate_info a, b;
	uint64_t sum = 0;

	sim_vcpu(d, 0, 0, 1);
	sim_run(50 * MS);
	vcpu_read_runstate(sv->v, &a);
	sim_run(500 * MS);
	vcpu_read_runstate(sv->v, &b);
	for (int i = 0; i < 4; i++)
		sum += b.time[i] - a.time[i];
	sim_check(sum == 500 * MS, "sum %lu", sum);
	sim_check(b.time[RUNSTATE_blocked] > a.time[RUNSTATE_blocked], "never blocked");
	sim_forget(sv);
	vcpu_pause_nosync(d->vcpu[0]);
	sim_run(10 * MS);
	vcpu_read_runstate(d->vcpu[0], &a);
	sim_run(10 * MS);
	vcpu_read_runstate(d->vcpu[0], &b);
	sim_check(a.state >= RUNSTATE_blocked, "state %d", a.state);
	sim_check(b.time[a.state] == a.time[a.state] + 10 * MS, "time stands still");
}

static struct xen_vcpu_runstate_info area;
static unsigned int nr_unmarked_writes;

static void area_watch(uint64_t address, size_t bytes, bool write)
{
	if (write && address == (uint64_t)&area && !(area.state_entry_time & XEN_RUNSTATE_UPDATE))
		nr_unmarked_writes++;
}

static void area_register(struct vcpu *v, uint64_t address, int64_t expected)
{
	struct xen_vcpu_register_runstate_memory_area registration = {.addr.v = address};

	sim_check(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, v->id,
				    (uint64_t)&registration) == expected,
		  "register");
}

static void runstate_area_follows_the_switch(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	area_register(sv->v, HV_VIRT_START, -EFAULT);
	area_register(sv->v, (uint64_t)&area, 0);
	sim_check(area.state == RUNSTATE_running, "state %d", area.state);
	sim_check(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag) == 0,
		  "assist");
	vcpu_block();
	sim_run(7 * MS);
	fake_guest_access_hook = area_watch;
	vcpu_unblock(sv->v);
	sim_run(MS);
	sim_check(area.state == RUNSTATE_running && area.time[RUNSTATE_blocked] == 7 * MS,
		  "blocked %lu", area.time[RUNSTATE_blocked]);
	sim_check(!(area.state_entry_time & XEN_RUNSTATE_UPDATE) && nr_unmarked_writes == 0,
		  "%u writes without the mark", nr_unmarked_writes);
}

static void runstate_area_tells_of_preemption(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	area_register(sv->v, (uint64_t)&area, 0);
	sim_vcpu(sim_domain(256, 0), 0, 0, 1u << sv->v->processor);
	sim_vcpu(sim_domain(256, 0), 0, 0, 1u << !sv->v->processor);
	while (sim_state(sv) == RUNSTATE_running)
		sim_run(MS);
	sim_check(area.state == RUNSTATE_runnable, "state %d", area.state);
}

static void runstate_area_may_fault(void)
{
	struct sim_vcpu *sv = sim_running_vcpu(sim_domain(256, 0));

	area_register(sv->v, (uint64_t)&area, 0);
	fake_guest_fault(&area, sizeof(area));
	vcpu_block();
	sim_run(MS);
	vcpu_unblock(sv->v);
	sim_run(MS);
	sim_check(sim_state(sv) == RUNSTATE_running && !area.time[RUNSTATE_blocked], "written");
	fake_guest_fault(NULL, 0);
	vcpu_block();
	sim_run(MS);
	vcpu_unblock(sv->v);
	sim_run(MS);
	sim_check(area.time[RUNSTATE_blocked] == 2 * MS, "%lu", area.time[RUNSTATE_blocked]);
}

#define CASES(row)                                                                               \
	row(block_waits_for_an_event) row(block_returns_when_one_is_pending)                     \
		row(event_before_the_switch_is_not_lost) row(running_vcpu_elsewhere_is_kicked)   \
			row(poll_checks_its_ports) row(poll_waits_and_remembers_the_port)        \
				row(poll_times_out) row(pause_counts_nest) row(runstate_adds_up) \
					row(runstate_area_follows_the_switch)                    \
						row(runstate_area_tells_of_preemption)           \
							row(runstate_area_may_fault)

#define DEFINE(name) SCENARIO(2, credit_policy, name)
#define LIST(name) cmocka_unit_test(test_##name),
CASES(DEFINE)

int run_core_cases(void)
{
	const struct CMUnitTest tests[] = {CASES(LIST)};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
