/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old set_callbacks call sets event, failsafe and system call entries, or refuses bad ones. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

static long set(uint64_t event, uint64_t failsafe, uint64_t syscall)
{
	return hypercall(__HYPERVISOR_set_callbacks, event, failsafe, syscall, 0, 0);
}

void test_main(void)
{
	uint32_t left, right;

	event_pair(&left, &right);
	/* Refused or passed over, a bad address never becomes the entry point. */
	CHECK(set(0x1234567812345678, (uint64_t)failsafe_entry, (uint64_t)syscall_entry) <= 0);
	event_delivery_on();
	CHECK_EQUAL(event_send(right), 0);
	CHECK_EQUAL(event_count(left), 1);
	CHECK_EQUAL(set((uint64_t)event_entry, (uint64_t)failsafe_entry, (uint64_t)syscall_entry),
		    0);
	CHECK_EQUAL(event_send(left), 0);
	CHECK_EQUAL(event_count(right), 1);
}
