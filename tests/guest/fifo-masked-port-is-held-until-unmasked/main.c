/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO: a masked port becomes pending without being linked; unmasking it links and delivers. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t left, right;

	fifo_init();
	event_pair(&left, &right);
	fifo_clear(right);
	fifo_mask(right);
	event_delivery_on();
	CHECK_EQUAL(event_send(left), 0);
	CHECK(fifo_word(right) & 1u << EVTCHN_FIFO_PENDING);
	CHECK(!(fifo_word(right) & 1u << EVTCHN_FIFO_LINKED));
	CHECK_EQUAL(fifo_count(right), 0);
	CHECK_EQUAL(event_unmask(right), 0);
	CHECK(!(fifo_word(right) & 1u << EVTCHN_FIFO_MASKED));
	CHECK_EQUAL(fifo_count(right), 1);
}
