/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO: init_control, expand_array; a send links the port into its queue, sets ready, calls back. */
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t left, right;

	fifo_init();
	event_pair(&left, &right);
	fifo_clear(right);
	event_delivery_on();
	for (uint32_t i = 1; i <= 5; i++) {
		CHECK_EQUAL(event_send(left), 0);
		CHECK_EQUAL(fifo_count(right), i);
	}
	CHECK_EQUAL(fifo_count(left), 0);
}
