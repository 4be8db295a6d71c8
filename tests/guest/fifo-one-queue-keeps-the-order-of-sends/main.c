/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO: events of one priority are linked in the order they were sent. */
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/test.h"

#define COUNT 20

void test_main(void)
{
	uint32_t left[COUNT], right[COUNT];

	fifo_init();
	for (unsigned int i = 0; i < COUNT; i++) {
		event_pair(&left[i], &right[i]);
		fifo_clear(right[i]);
	}
	while (fifo_take())
		;
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK_EQUAL(event_send(left[i * 7 % COUNT]), 0);
	CHECK_EQUAL(event_send(left[0]), 0);
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK_EQUAL(fifo_take(), right[i * 7 % COUNT]);
	CHECK_EQUAL(fifo_take(), 0);
}
