/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is told of an event on the two-level bitmaps: vcpus, masks, pollers; virtual and physical interrupts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/sched.h"

static int setup(void **state)
{
	fixture_start(UINT32_MAX);
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_is_consistent());
	assert_true(fixture_end());
	return 0;
}

/* A port of the guest's that is bound to one of the control domain's. */
static void pair_make(uint32_t *ours, uint32_t *theirs)
{
	int64_t port = op_alloc_unbound(DOMID_SELF, 0);

	assert_true(port > 0);
	*ours = (uint32_t)port;
	fixture_act_as(control, 0);
	port = op_bind_interdomain(GUEST_ID, *ours);
	assert_true(port > 0);
	*theirs = (uint32_t)port;
	fixture_act_as(guest, 0);
}

static void virqs_bind_once_a_vcpu(void **state)
{
	struct xen_evtchn_status status;
	int64_t port = op_bind_virq(VIRQ_TIMER, 1);

	assert_int_equal(op_bind_virq(VIRQ_TIMER, 1), -EEXIST);
	assert_true(op_bind_virq(VIRQ_TIMER, 0) > 0);
	assert_int_equal(op_bind_virq(VIRQ_TIMER, 2), -ENOENT);
	assert_int_equal(op_bind_virq(NR_VIRQS, 0), -EINVAL);
	assert_int_equal(op_bind_virq(VIRQ_DOM_EXC, 1), -EINVAL);
	assert_int_equal(op_bind_virq(VIRQ_DOM_EXC, 0), -EPERM);
	event_send_virq_vcpu(guest->vcpu[1], VIRQ_TIMER);
	assert_true(port_is_pending(guest, (uint32_t)port));
	assert_int_equal(guest->vcpu[1]->info->evtchn_upcall_pending, 1);
	assert_int_equal(op_send((uint32_t)port), -EINVAL);
	assert_int_equal(op_bind_vcpu((uint32_t)port, 0), -EINVAL);
	assert_int_equal(op_status(DOMID_SELF, (uint32_t)port, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_virq);
	assert_int_equal(status.u.virq, VIRQ_TIMER);
	assert_int_equal(op_close((uint32_t)port), 0);
	event_send_virq_vcpu(guest->vcpu[1], VIRQ_TIMER);
	assert_false(port_is_pending(guest, (uint32_t)port));
	assert_true(op_bind_virq(VIRQ_TIMER, 1) > 0);
}

static void global_virqs_go_to_the_vcpu_that_is_bound(void **state)
{
	int64_t port;

	fixture_act_as(control, 0);
	event_send_virq_global(VIRQ_CONSOLE);
	port = op_bind_virq(VIRQ_CONSOLE, 0);
	assert_true(port > 0);
	event_send_virq_global(VIRQ_CONSOLE);
	assert_true(port_is_pending(control, (uint32_t)port));
	hardware_domain = NULL;
	event_send_virq_global(VIRQ_CONSOLE);
}

/* The port that a VIRQ had is somebody else's when the interrupt comes. */
static void a_late_virq_does_not_hit_the_next_owner(void **state)
{
	int64_t port = op_bind_virq(VIRQ_TIMER, 0);

	assert_int_equal(op_close((uint32_t)port), 0);
	assert_int_equal(op_bind_ipi(0), port);
	guest->vcpu[0]->virq_to_port[VIRQ_TIMER] = (uint32_t)port;
	event_send_virq_vcpu(guest->vcpu[0], VIRQ_TIMER);
	assert_false(port_is_pending(guest, (uint32_t)port));
	guest->vcpu[0]->virq_to_port[VIRQ_TIMER] = 0;
}

static void pirqs_are_bound_by_the_pirq_layer(void **state)
{
	int64_t port;

	assert_int_equal(op_bind_pirq(0), -EINVAL);
	fixture_act_as(control, 0);
	assert_int_equal(op_bind_pirq(NR_PIRQS), -EINVAL);
	pirq_bind_error = -EBUSY;
	assert_int_equal(op_bind_pirq(3), -EBUSY);
	assert_false(event_send_pirq(control, 3));
	pirq_bind_error = 0;
	port = op_bind_pirq(3);
	assert_true(port > 0);
	assert_int_equal(op_bind_pirq(3), -EEXIST);
	assert_true(event_send_pirq(control, 3));
	assert_true(port_is_pending(control, (uint32_t)port));
	assert_int_equal(op_send((uint32_t)port), -EINVAL);
	assert_int_equal(op_close((uint32_t)port), 0);
	assert_int_equal(pirq_unbinds, 1);
	assert_false(event_send_pirq(control, 3));
}

static void an_ipi_stays_on_its_vcpu(void **state)
{
	int64_t port = op_bind_ipi(1);

	assert_int_equal(op_bind_ipi(NR_GUEST_VCPUS), -ENOENT);
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_int_equal(guest->vcpu[1]->info->evtchn_upcall_pending, 1);
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 0);
	assert_int_equal(op_bind_vcpu((uint32_t)port, 0), -EINVAL);
}

static void ports_move_between_vcpus(void **state)
{
	uint32_t ours, theirs;

	pair_make(&ours, &theirs);
	assert_int_equal(op_bind_vcpu(ours, NR_GUEST_VCPUS), -ENOENT);
	assert_int_equal(op_bind_vcpu(0, 1), -EINVAL);
	assert_int_equal(op_bind_vcpu(999, 1), -EINVAL);
	assert_int_equal(op_bind_vcpu(ours, 1), 0);
	fixture_act_as(control, 0);
	assert_int_equal(op_send(theirs), 0);
	assert_int_equal(guest->vcpu[1]->info->evtchn_upcall_pending, 1);
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 0);
}

static void a_masked_port_is_told_at_unmask(void **state)
{
	int64_t port = op_bind_ipi(0);

	port_set_mask(guest, (uint32_t)port, true);
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_true(port_is_pending(guest, (uint32_t)port));
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 0);
	assert_int_equal(op_unmask((uint32_t)port), 0);
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 1);
	assert_int_equal(fake_calls.kicks, 1);
	/* Already pending: nobody is told again. */
	guest->vcpu[0]->info->evtchn_upcall_pending = 0;
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_int_equal(op_unmask((uint32_t)port), 0);
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 0);
	assert_int_equal(op_unmask(500), -EINVAL);
}

static void a_domain_without_vcpus_can_be_sent_to(void **state)
{
	uint32_t ours, theirs;
	struct vcpu *v = guest->vcpu[0];

	pair_make(&ours, &theirs);
	guest->vcpu[0] = NULL;
	fixture_act_as(control, 0);
	assert_int_equal(op_send(theirs), 0);
	assert_true(port_is_pending(guest, ours));
	guest->vcpu[0] = v;
}

static void pollers_wake_also_for_masked_ports(void **state)
{
	int64_t port = op_bind_ipi(0);
	bool pending;

	port_set_mask(guest, (uint32_t)port, true);
	assert_int_equal(event_check_pending(guest, (uint32_t)port, &pending), 0);
	assert_false(pending);
	guest->nr_polling = 1;
	guest->vcpu[1]->poll_event = (uint32_t)port + 1;
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_int_equal(fake_calls.unblocks, 0);
	guest->vcpu[1]->poll_event = (uint32_t)port;
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_int_equal(fake_calls.unblocks, 1);
	assert_ptr_equal(fake_calls.last_vcpu, guest->vcpu[1]);
	guest->vcpu[1]->poll_event = POLL_ANY_EVENT;
	assert_int_equal(op_send((uint32_t)port), 0);
	assert_int_equal(fake_calls.unblocks, 2);
	assert_int_equal(event_check_pending(guest, (uint32_t)port, &pending), 0);
	assert_true(pending);
	assert_int_equal(event_check_pending(guest, 3000, &pending), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(virqs_bind_once_a_vcpu),
		TEST(global_virqs_go_to_the_vcpu_that_is_bound),
		TEST(a_late_virq_does_not_hit_the_next_owner),
		TEST(pirqs_are_bound_by_the_pirq_layer),
		TEST(an_ipi_stays_on_its_vcpu),
		TEST(ports_move_between_vcpus),
		TEST(a_masked_port_is_told_at_unmask),
		TEST(a_domain_without_vcpus_can_be_sent_to),
		TEST(pollers_wake_also_for_masked_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
