/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial driver against a 16550 of a few lines: set-up, polled and buffered output, input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/console.h"
#include "hv/irq.h"
#include "hv/params.h"
#include "hv/time.h"
#include "hv/uart.h"

#define PORT 0x3f8
#define IRQ 4

/* The line under test; com2 is absent. */
static struct {
	uint8_t scratch, format, interrupts, divisor[2];
	bool is_busy; /* the transmitter never gets ready by itself */
	bool is_slow; /* what is in its FIFO leaves it between two interrupts */
	bool is_empty_told;
	unsigned int nr_disabled; /* how often it was told to ask for nothing */
	unsigned int nr_in_fifo;
	char sent[65536];
	size_t nr_sent;
	const char *input;
	const char *late; /* comes while the driver transmits */
} line;

static const struct console_device *device;
static void (*irq_handler)(unsigned int irq, void *data);
static void *irq_data;
static char received[64];
static size_t nr_received;

static bool line_is_ready(void)
{
	return !line.is_busy && !(line.is_slow && line.nr_in_fifo);
}

/* The register's value where the line asks for nothing is 1. */
static uint32_t line_reason(void)
{
	if (*line.input && line.interrupts & 1)
		return 4;
	if (!(line.interrupts & 2) || !line_is_ready() || line.is_empty_told)
		return 1;
	line.is_empty_told = true;
	return 2;
}

static uint32_t port_read(uint16_t port, unsigned int bytes)
{
	if (port < PORT || port > PORT + 7)
		return 0xff;
	switch (port - PORT) {
	case 0:
		if (line.format & 0x80)
			return line.divisor[0];
		return *line.input ? (uint8_t)*line.input++ : 0;
	case 1:
		return line.format & 0x80 ? line.divisor[1] : line.interrupts;
	case 2:
		return line_reason();
	case 3:
		return line.format;
	case 5:
		return (line_is_ready() ? 0x60 : 0) | (*line.input ? 1 : 0);
	case 7:
		return line.scratch;
	default:
		return 0;
	}
}

static void line_send(char c)
{
	line.sent[line.nr_sent++] = c;
	line.nr_in_fifo++;
	line.is_empty_told = false;
	if (line.late) {
		line.input = line.late;
		line.late = NULL;
	}
}

static void port_write(uint16_t port, uint32_t value, unsigned int bytes)
{
	bool is_latched = line.format & 0x80;

	if (port < PORT || port > PORT + 7)
		return;
	if (port - PORT < 2 && is_latched)
		line.divisor[port - PORT] = (uint8_t)value;
	else if (port == PORT)
		line_send((char)value);
	else if (port == PORT + 1) {
		line.interrupts = (uint8_t)value;
		line.nr_disabled += !value;
	} else if (port == PORT + 3)
		line.format = (uint8_t)value;
	else if (port == PORT + 7)
		line.scratch = (uint8_t)value;
}

void console_register(const struct console_device *registered)
{
	device = registered;
}

void console_receive(char c)
{
	received[nr_received++] = c;
}

uint64_t console_lock_irqsave(void)
{
	return interrupts_save_off();
}

void console_unlock_irqrestore(uint64_t flags)
{
	interrupts_restore(flags);
}

bool console_is_synchronous(void)
{
	return false;
}

int irq_request(unsigned int irq, void (*handler)(unsigned int irq, void *data), void *data,
		const char *name)
{
	assert_int_equal(irq, IRQ);
	irq_handler = handler;
	irq_data = data;
	return 0;
}

static int set_up(void **state)
{
	fake_machine_start();
	memset(&line, 0, sizeof(line));
	line.input = "";
	device = NULL;
	nr_received = 0;
	fake_port_read_hook = port_read;
	fake_port_write_hook = port_write;
	return 0;
}

static void interrupt(void)
{
	line.nr_in_fifo = 0;
	irq_handler(IRQ, irq_data);
}

static void print(const char *text)
{
	device->write(text, strlen(text));
	line.sent[line.nr_sent] = '\0';
}

static void absent_line_is_not_registered(void **state)
{
	fake_port_read_hook = NULL;
	fake_port_write_hook = NULL;
	uart_register();
	assert_null(device);
}

static void line_without_a_speed_gets_one(void **state)
{
	uart_register();
	assert_non_null(device);
	assert_string_equal(device->name, "com1");
	assert_int_equal(line.divisor[0], 1);
	assert_int_equal(line.divisor[1], 0);
	assert_int_equal(line.format, 0x03);
	assert_int_equal(device->first_port, PORT);
	assert_int_equal(device->last_port, PORT + 7);
}

static void line_with_a_speed_keeps_it(void **state)
{
	line.divisor[0] = 12;
	uart_register();
	assert_int_equal(line.divisor[0], 12);
}

static void output_ends_lines_with_carriage_returns(void **state)
{
	uart_register();
	print("a\nb\n");
	assert_string_equal(line.sent, "a\r\nb\r\n");
}

static void buffered_output_waits_for_the_interrupt(void **state)
{
	char text[101];

	uart_register();
	device->enable_input();
	assert_int_equal(line.interrupts, 1);
	memset(text, 'x', sizeof(text));
	text[100] = '\0';
	line.is_busy = true;
	print(text);
	assert_int_equal(line.nr_sent, 0);
	assert_int_equal(line.interrupts, 3);
	line.is_busy = false;
	line.is_slow = true;
	for (unsigned int i = 1; i <= 7; i++) {
		interrupt();
		assert_int_equal(line.nr_sent, MIN(16 * i, 100));
	}
	assert_int_equal(line.interrupts, 1);
}

/* Nobody waits for the line; what was lost is told once there is room. */
static void full_buffer_loses_text_and_says_so(void **state)
{
	uart_register();
	device->enable_input();
	line.is_busy = true;
	for (unsigned int i = 0; i < 16384 + 1000; i++)
		print("y");
	assert_int_equal(line.nr_sent, 0);
	assert_int_equal(device->free_bytes(), 0);
	line.is_busy = false;
	for (unsigned int i = 0; i < 10; i++)
		interrupt();
	print("z");
	device->flush();
	line.sent[line.nr_sent] = '\0';
	assert_non_null(strstr(line.sent, "y\r\n(1000 characters were lost)\r\nz"));
	print("w");
	assert_int_equal(line.sent[line.nr_sent - 1], 'w');
}

static void who_asks_for_room_loses_nothing(void **state)
{
	char text[256];
	size_t total = 0;

	uart_register();
	device->enable_input();
	memset(text, 'x', sizeof(text));
	line.is_busy = true;
	while (device->free_bytes() >= sizeof(text)) {
		device->write(text, sizeof(text));
		total += sizeof(text);
	}
	assert_true(total >= 8192 - 512);
	line.is_busy = false;
	while (total < 50000) {
		if (device->free_bytes() < sizeof(text))
			continue;
		device->write(text, sizeof(text));
		total += sizeof(text);
	}
	device->flush();
	assert_int_equal(line.nr_sent, total);
}

static void a_stuck_line_keeps_nobody_waiting(void **state)
{
	uart_register();
	device->enable_input();
	line.is_busy = true;
	for (unsigned int i = 0; i < 16384; i++)
		print("y");
	assert_int_equal(device->free_bytes(), 0);
	fake_now_ns += 3 * NS_PER_SECOND;
	assert_int_equal(device->free_bytes(), SIZE_MAX);
	line.is_busy = false;
	assert_true(device->free_bytes() < 16384);
}

static void input_is_delivered(void **state)
{
	uart_register();
	device->enable_input();
	line.input = "hello";
	interrupt();
	assert_int_equal(nr_received, 5);
	assert_memory_equal(received, "hello", 5);
}

/* The line asked all the time: there is no second edge for what came in between. */
static void input_during_output_is_not_left_in_the_line(void **state)
{
	uart_register();
	device->flush();
	device->enable_input();
	line.is_slow = true;
	line.is_busy = true;
	print("some output");
	line.is_busy = false;
	line.input = "a";
	line.late = "b";
	interrupt();
	assert_int_equal(nr_received, 2);
	assert_memory_equal(received, "ab", 2);
	assert_int_equal(line.interrupts, 1);
}

/* An emulated line takes all at once: a part each interrupt, and the next one is asked for. */
static void long_output_is_for_several_interrupts(void **state)
{
	char text[1001];
	unsigned int disabled;

	uart_register();
	device->flush();
	device->enable_input();
	memset(text, 'x', sizeof(text));
	text[1000] = '\0';
	line.is_busy = true;
	print(text);
	line.is_busy = false;
	line.nr_sent = 0;
	disabled = line.nr_disabled;
	interrupt();
	assert_int_equal(line.nr_sent, 256);
	assert_int_equal(line.nr_disabled, disabled + 1);
	assert_int_equal(line.interrupts, 3);
	for (unsigned int i = 0; i < 3; i++)
		interrupt();
	assert_int_equal(line.nr_sent, 1000);
	assert_int_equal(line.interrupts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(absent_line_is_not_registered, set_up),
		cmocka_unit_test_setup(line_without_a_speed_gets_one, set_up),
		cmocka_unit_test_setup(line_with_a_speed_keeps_it, set_up),
		cmocka_unit_test_setup(output_ends_lines_with_carriage_returns, set_up),
		cmocka_unit_test_setup(buffered_output_waits_for_the_interrupt, set_up),
		cmocka_unit_test_setup(full_buffer_loses_text_and_says_so, set_up),
		cmocka_unit_test_setup(who_asks_for_room_loses_nothing, set_up),
		cmocka_unit_test_setup(a_stuck_line_keeps_nobody_waiting, set_up),
		cmocka_unit_test_setup(input_is_delivered, set_up),
		cmocka_unit_test_setup(input_during_output_is_not_left_in_the_line, set_up),
		cmocka_unit_test_setup(long_output_is_for_several_interrupts, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
