/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO: an event of a port that the array does not hold yet is kept, and linked when the array grows. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	long port = 0, other;

	fifo_init();
	while (port >= 0 && port < 1024)
		port = event_alloc_unbound(DOMID_SELF, DOMID_SELF);
	REQUIRE_EQUAL(port, 1024);
	other = event_bind_interdomain(DOMID_SELF, 1024);
	REQUIRE_EQUAL(other, 1025);
	while (fifo_take())
		;
	CHECK_EQUAL(event_send(1024), 0);
	CHECK_EQUAL(fifo_ready(), 0);
	fifo_expand();
	CHECK_EQUAL(fifo_take(), 1025);
	CHECK_EQUAL(event_send(1024), 0);
	CHECK_EQUAL(fifo_take(), 1025);
	CHECK_EQUAL(fifo_take(), 0);
}
