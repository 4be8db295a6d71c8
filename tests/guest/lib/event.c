/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event channels with the 2-level queue. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t counts[EVENT_PORT_MAX];
static uint64_t callbacks;
static void (*own_scan)(void);

long event_alloc_unbound(uint64_t domain, uint64_t remote)
{
	struct xen_evtchn_alloc_unbound call = {.dom = (uint16_t)domain,
						.remote_dom = (uint16_t)remote};
	long result = hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &call);

	return result ? result : (long)call.port;
}

long event_bind_interdomain(uint64_t remote, uint32_t remote_port)
{
	struct xen_evtchn_bind_interdomain call = {.remote_dom = (uint16_t)remote,
						   .remote_port = remote_port};
	long result = hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &call);

	return result ? result : (long)call.local_port;
}

long event_bind_virq(uint32_t virq, uint32_t vcpu)
{
	struct xen_evtchn_bind_virq call = {.virq = virq, .vcpu = vcpu};
	long result = hypercall_event_channel_op(EVTCHNOP_bind_virq, &call);

	return result ? result : (long)call.port;
}

long event_bind_ipi(uint32_t vcpu)
{
	struct xen_evtchn_bind_ipi call = {.vcpu = vcpu};
	long result = hypercall_event_channel_op(EVTCHNOP_bind_ipi, &call);

	return result ? result : (long)call.port;
}

void event_pair(uint32_t *left, uint32_t *right)
{
	long first = event_alloc_unbound(DOMID_SELF, DOMID_SELF);
	long second = first > 0 ? event_bind_interdomain(DOMID_SELF, (uint32_t)first) : first;

	if (second <= 0)
		test_fail("no pair of ports: %ld %ld", first, second);
	*left = (uint32_t)first;
	*right = (uint32_t)second;
	event_clear(*right);
}

long event_send(uint32_t port)
{
	struct xen_evtchn_send call = {.port = port};

	return hypercall_event_channel_op(EVTCHNOP_send, &call);
}

long event_close(uint32_t port)
{
	struct xen_evtchn_close call = {.port = port};

	return hypercall_event_channel_op(EVTCHNOP_close, &call);
}

long event_unmask(uint32_t port)
{
	struct xen_evtchn_unmask call = {.port = port};

	return hypercall_event_channel_op(EVTCHNOP_unmask, &call);
}

static uint64_t word_bit(uint32_t port)
{
	return 1ull << (port & 63);
}

bool event_is_pending(uint32_t port)
{
	return read_once(shared_info->evtchn_pending[port / 64]) & word_bit(port);
}

bool event_is_masked(uint32_t port)
{
	return read_once(shared_info->evtchn_mask[port / 64]) & word_bit(port);
}

void event_clear(uint32_t port)
{
	__atomic_fetch_and(&shared_info->evtchn_pending[port / 64], ~word_bit(port),
			   __ATOMIC_SEQ_CST);
}

void event_mask(uint32_t port)
{
	__atomic_fetch_or(&shared_info->evtchn_mask[port / 64], word_bit(port), __ATOMIC_SEQ_CST);
}

uint32_t event_count(uint32_t port)
{
	return read_once(counts[port]);
}

uint64_t event_callbacks(void)
{
	return read_once(callbacks);
}

static void event_scan_word(unsigned int word)
{
	uint64_t ready;

	while ((ready = read_once(shared_info->evtchn_pending[word]) &
			~read_once(shared_info->evtchn_mask[word])) != 0) {
		uint32_t port = word * 64 + (uint32_t)__builtin_ctzll(ready);

		event_clear(port);
		__atomic_fetch_add(&counts[port], 1, __ATOMIC_SEQ_CST);
	}
}

static void event_scan(void)
{
	struct xen_vcpu_info *info = vcpu_current()->info;
	uint64_t selector = __atomic_exchange_n(&info->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);

	for (; selector; selector &= selector - 1)
		event_scan_word((unsigned int)__builtin_ctzll(selector));
}

void event_set_scan(void (*scan)(void))
{
	own_scan = scan;
}

void event_handle(void)
{
	struct xen_vcpu_info *info = vcpu_current()->info;

	__atomic_fetch_add(&callbacks, 1, __ATOMIC_SEQ_CST);
	while (__atomic_exchange_n(&info->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST)) {
		if (own_scan)
			own_scan();
		else
			event_scan();
	}
}

void event_delivery_on(void)
{
	struct xen_vcpu_info *info = vcpu_current()->info;

	write_once(info->evtchn_upcall_mask, 0);
	barrier();
	/* Any hypercall delivers what came while masked. */
	if (read_once(info->evtchn_upcall_pending))
		hypercall_version(XENVER_version, NULL);
}

void event_delivery_off(void)
{
	write_once(vcpu_current()->info->evtchn_upcall_mask, 1);
	barrier();
}

bool event_wait(uint32_t port, uint32_t count, uint64_t timeout_ns)
{
	uint64_t deadline = time_ns() + timeout_ns;

	while (event_count(port) < count) {
		if (time_ns() > deadline)
			return false;
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	return true;
}
