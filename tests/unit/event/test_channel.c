/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports on the two-level bitmaps: what binds to what, who is told, what is refused, and the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../../hypervisor/event/event_internal.h"

#include "fixture.h"
#include "hv/bitmap.h"
#include "hv/errno.h"
#include "hv/handlers.h"
#include "hv/softirq.h"

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

static void ports_are_allocated_from_one_and_reused_lowest_first(void **state)
{
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 1);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 2);
	assert_int_equal(op_alloc_unbound(GUEST_ID, DOMID_SELF), 3);
	assert_int_equal(op_close(2), 0);
	assert_int_equal(op_close(1), 0);
	assert_int_equal(op_bind_ipi(1), 1);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 2);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 4);
}

static void the_limit_of_ports_holds(void **state)
{
	struct xen_evtchn_status status;

	assert_true(fixture_end());
	fixture_start(200);
	for (int64_t port = 1; port <= 200; port++)
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), port);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), -ENOSPC);
	assert_int_equal(op_bind_ipi(0), -ENOSPC);
	assert_int_equal(op_bind_virq(VIRQ_TIMER, 0), -ENOSPC);
	assert_int_equal(op_status(DOMID_SELF, 201, &status), -EINVAL);
	assert_int_equal(op_close(77), 0);
	assert_int_equal(op_bind_virq(VIRQ_TIMER, 0), 77);
}

static void a_free_port_is_found_among_many_in_use(void **state)
{
	for (int64_t port = 1; port < 3000; port++)
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), port);
	for (unsigned int i = 0; i < 20000; i++) {
		assert_int_equal(op_close(1), 0);
		assert_int_equal(op_close(2900), 0);
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 1);
		/* Buckets in use from end to end are passed over by their bits. */
		assert_int_equal(bitmap_find_next_set(guest->event->has_free, NR_BUCKETS, 1),
				 2900 / 128);
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 2900);
	}
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 3000);
}

static void two_levels_have_4095_ports(void **state)
{
	for (int64_t port = 1; port < EVTCHN_2L_NR_CHANNELS; port++)
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), port);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), -ENOSPC);
}

static void allocation_failures_change_nothing(void **state)
{
	for (int64_t port = 1; port < 128; port++)
		assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), port);
	fake_heap_limit(0);
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), -ENOMEM);
	assert_int_equal(op_bind_ipi(0), -ENOMEM);
	fake_heap_unlimit();
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 128);
}

static void a_domain_that_cannot_be_made_leaves_nothing(void **state)
{
	unsigned int n = 0;

	while (fixture_creation_fails(n))
		n++;
	assert_int_equal(n, 3);
}

static void a_pair_sends_both_ways(void **state)
{
	uint32_t ours, theirs;
	struct xen_evtchn_status status;

	pair_make(&ours, &theirs);
	/* What might have been sent before the bind is not lost. */
	assert_true(port_is_pending(control, theirs));
	assert_false(port_is_pending(guest, ours));
	two_levels_clear(control);
	assert_int_equal(op_send(ours), 0);
	assert_true(port_is_pending(control, theirs));
	fixture_act_as(control, 0);
	assert_int_equal(op_send(theirs), 0);
	assert_true(port_is_pending(guest, ours));
	assert_int_equal(guest->vcpu[0]->info->evtchn_upcall_pending, 1);
	assert_int_equal(guest->vcpu[0]->info->evtchn_pending_sel, 1);
	assert_int_equal(op_status(GUEST_ID, ours, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_interdomain);
	assert_int_equal(status.u.interdomain.dom, 0);
	assert_int_equal(status.u.interdomain.port, theirs);
}

static void closing_one_end_leaves_the_other_unbound(void **state)
{
	uint32_t ours, theirs;
	struct xen_evtchn_status status;

	pair_make(&ours, &theirs);
	assert_int_equal(op_send(ours), 0);
	fixture_act_as(control, 0);
	assert_int_equal(op_close(theirs), 0);
	assert_false(port_is_pending(control, theirs));
	assert_int_equal(op_status(DOMID_SELF, theirs, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_closed);
	fixture_act_as(guest, 0);
	assert_int_equal(op_status(DOMID_SELF, ours, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_unbound);
	assert_int_equal(status.u.unbound.dom, 0);
	assert_int_equal(op_send(ours), 0);
	assert_int_equal(op_close(ours), 0);
	assert_int_equal(op_close(ours), -EINVAL);
	assert_int_equal(op_send(ours), -EINVAL);
}

static void a_domain_binds_to_itself(void **state)
{
	int64_t left = op_alloc_unbound(DOMID_SELF, DOMID_SELF), right;

	right = op_bind_interdomain(DOMID_SELF, (uint32_t)left);
	assert_true(right > 0 && right != left);
	two_levels_clear(guest);
	assert_int_equal(op_send((uint32_t)left), 0);
	assert_true(port_is_pending(guest, (uint32_t)right));
	assert_false(port_is_pending(guest, (uint32_t)left));
	assert_int_equal(op_close((uint32_t)right), 0);
	assert_int_equal(op_bind_interdomain(GUEST_ID, (uint32_t)left), right);
}

static void binds_to_what_is_not_offered_are_refused(void **state)
{
	int64_t port = op_alloc_unbound(DOMID_SELF, 9);
	uint32_t ours, theirs;

	pair_make(&ours, &theirs);
	fixture_act_as(control, 0);
	assert_int_equal(op_bind_interdomain(GUEST_ID, (uint32_t)port), -EINVAL);
	assert_int_equal(op_bind_interdomain(GUEST_ID, ours), -EINVAL);
	assert_int_equal(op_bind_interdomain(GUEST_ID, 99), -EINVAL);
	assert_int_equal(op_bind_interdomain(GUEST_ID, UINT32_MAX), -EINVAL);
	assert_int_equal(op_bind_interdomain(99, 1), -ESRCH);
	guest->state = DOMAIN_DYING;
	assert_int_equal(op_alloc_unbound(GUEST_ID, 0), -EINVAL);
	assert_int_equal(op_bind_interdomain(GUEST_ID, (uint32_t)port), -EINVAL);
	guest->state = DOMAIN_ALIVE;
}

static void only_control_touches_other_domains(void **state)
{
	struct xen_evtchn_status status;

	assert_int_equal(op_alloc_unbound(0, DOMID_SELF), -EPERM);
	assert_int_equal(op_status(0, 1, &status), -EPERM);
	assert_int_equal(op_reset(0), -EPERM);
	assert_int_equal(op_alloc_unbound(99, 0), -ESRCH);
	fixture_act_as(control, 0);
	assert_int_equal(op_alloc_unbound(GUEST_ID, DOMID_SELF), 1);
	assert_int_equal(op_reset(GUEST_ID), -EINVAL);
	guest->controller_pause_count = 1;
	assert_int_equal(op_reset(GUEST_ID), 0);
	fixture_act_as(guest, 0);
	assert_int_equal(op_status(DOMID_SELF, 1, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_closed);
}

static void reset_closes_all_and_can_be_interrupted(void **state)
{
	uint32_t ours, theirs;
	struct xen_evtchn_status status;

	pair_make(&ours, &theirs);
	for (unsigned int i = 0; i < 300; i++)
		assert_true(op_alloc_unbound(DOMID_SELF, 0) > 0);
	assert_true(op_bind_virq(VIRQ_TIMER, 0) > 0);
	percpu_softirq_pending = 1;
	assert_int_equal(op_reset(DOMID_SELF), 0);
	assert_int_equal(fake_rewind.count, 302 / 64);
	percpu_softirq_pending = 0;
	assert_int_equal(op_alloc_unbound(DOMID_SELF, 0), 1);
	assert_true(op_bind_virq(VIRQ_TIMER, 0) > 0);
	fixture_act_as(control, 0);
	assert_int_equal(op_status(DOMID_SELF, theirs, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_unbound);
	assert_int_equal(status.u.unbound.dom, GUEST_ID);
}

static void bad_arguments_are_refused(void **state)
{
	struct xen_evtchn_alloc_unbound a = {.dom = DOMID_SELF, .remote_dom = 0};

	assert_int_equal(event_op(14, &a), -ENOSYS);
	assert_int_equal(event_op(UINT32_MAX, &a), -ENOSYS);
	assert_int_equal(event_op(EVTCHNOP_send, (void *)8), -EFAULT);
	assert_int_equal(event_op(EVTCHNOP_close, (void *)HV_VIRT_START), -EFAULT);
	assert_int_equal(event_op(EVTCHNOP_alloc_unbound, NULL), -EFAULT);
	assert_int_equal(op_close(0), -EINVAL);
	assert_int_equal(op_send(0), -EINVAL);
	assert_int_equal(op_send(UINT32_MAX), -EINVAL);
	assert_int_equal(op_set_priority(1, 3), -EINVAL);
	assert_int_equal(op_expand_array(1), -EOPNOTSUPP);
}

static void the_old_form_of_the_call_works(void **state)
{
	struct xen_evtchn_op op = {.cmd = EVTCHNOP_alloc_unbound};

	op.u.alloc_unbound.dom = DOMID_SELF;
	assert_int_equal(hypercall_event_channel_op_compat((uint64_t)&op), 0);
	assert_int_equal(op.u.alloc_unbound.port, 1);
	op.cmd = EVTCHNOP_reset;
	assert_int_equal(hypercall_event_channel_op_compat((uint64_t)&op), -ENOSYS);
	assert_int_equal(hypercall_event_channel_op_compat(8), -EFAULT);
}

static void a_dying_peer_leaves_an_unbound_port(void **state)
{
	uint32_t ours, theirs;
	struct xen_evtchn_status status;
	uint32_t references = control->references;

	pair_make(&ours, &theirs);
	assert_true(fixture_end());
	assert_int_equal(control->references, references);
	fixture_start(UINT32_MAX);
	pair_make(&ours, &theirs);
	fixture_act_as(control, 0);
	guest->controller_pause_count = 1;
	assert_int_equal(op_reset(GUEST_ID), 0);
	assert_int_equal(op_status(DOMID_SELF, theirs, &status), 0);
	assert_int_equal(status.status, EVTCHNSTAT_unbound);
	assert_int_equal(op_send(theirs), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ports_are_allocated_from_one_and_reused_lowest_first),
		TEST(the_limit_of_ports_holds),
		TEST(a_free_port_is_found_among_many_in_use),
		TEST(two_levels_have_4095_ports),
		TEST(allocation_failures_change_nothing),
		TEST(a_domain_that_cannot_be_made_leaves_nothing),
		TEST(a_pair_sends_both_ways),
		TEST(closing_one_end_leaves_the_other_unbound),
		TEST(a_domain_binds_to_itself),
		TEST(binds_to_what_is_not_offered_are_refused),
		TEST(only_control_touches_other_domains),
		TEST(reset_closes_all_and_can_be_interrupted),
		TEST(bad_arguments_are_refused),
		TEST(the_old_form_of_the_call_works),
		TEST(a_dying_peer_leaves_an_unbound_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
