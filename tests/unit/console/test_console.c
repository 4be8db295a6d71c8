/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ring, devices, input switch, levels and rate limits, and CONSOLEIO_* of guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/console.h"
#include "hv/errno.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/time.h"

static char shown[1 << 16];
static char ring[65536];
static size_t nr_shown;
static bool is_lent, is_input_enabled;
/* What the screen has room for, and how much more each time it is asked. */
static size_t room = SIZE_MAX, room_step;

static void screen_write(const char *text, size_t bytes)
{
	assert_false(interrupts_are_on());
	assert_true(nr_shown + bytes < sizeof(shown));
	memcpy(shown + nr_shown, text, bytes);
	nr_shown += bytes;
	shown[nr_shown] = '\0';
}

static void screen_enable_input(void)
{
	is_input_enabled = true;
}

static void screen_end_boot(void)
{
	is_lent = true;
}

static size_t screen_free_bytes(void)
{
	assert_false(interrupts_are_on());
	room += room_step;
	return room;
}

static const struct console_device screen = {
	.name = "vga",
	.write = screen_write,
	.free_bytes = screen_free_bytes,
	.enable_input = screen_enable_input,
	.end_boot = screen_end_boot,
};
static const struct console_device unused = {.name = "com2", .write = screen_write};

void console_register_devices(void)
{
	console_register(&unused);
	console_register(&screen);
}

static void clear(void)
{
	nr_shown = 0;
	shown[0] = '\0';
}

/* The console is made once and lives on, as in the hypervisor. */
static int start_all(void **state)
{
	fake_machine_start();
	printk(LOG_ERROR, "before any device\n");
	console_init();
	assert_int_equal(console_ring_wanted_bytes(), sizeof(ring));
	console_set_ring(ring, sizeof(ring));
	console_init_late();
	return 0;
}

static int set_up(void **state)
{
	clear();
	fake_current_set(NULL);
	/* A full allowance of guests' messages. */
	fake_now_ns += 1000 * NS_PER_SECOND;
	return 0;
}

static void early_text_reaches_the_device_once(void **state)
{
	char text[4096];
	uint32_t index = 0;
	size_t bytes = console_ring_read(text, sizeof(text) - 1, &index, false, false);

	text[bytes] = '\0';
	assert_string_equal(text, "(TRESTLE) before any device\n");
	assert_true(is_input_enabled);
}

static void each_line_has_a_prefix(void **state)
{
	printk(LOG_INFO, "one\ntwo\n");
	printk(LOG_INFO, "three %d", 3);
	assert_string_equal(shown, "(TRESTLE) one\n(TRESTLE) two\n(TRESTLE) three 3\n");
}

static void open_raw_line_is_ended_first(void **state)
{
	printk_raw("dump 1");
	printk_raw(" 2");
	printk(LOG_INFO, "next\n");
	assert_string_equal(shown, "dump 1 2\n(TRESTLE) next\n");
}

static void overlong_message_is_cut_and_ended(void **state)
{
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	printk(LOG_INFO, "%s", text);
	assert_in_range(nr_shown, 500, 600);
	assert_int_equal(shown[nr_shown - 1], '\n');
}

static void levels_above_the_threshold_are_dropped(void **state)
{
	printk(LOG_DEBUG, "debug\n");
	printk_guest(LOG_INFO, "info\n");
	assert_string_equal(shown, "");
}

static void guests_messages_are_rate_limited(void **state)
{
	for (unsigned int i = 0; i < 50; i++)
		printk_guest(LOG_ERROR, "guest %u\n", i);
	assert_non_null(strstr(shown, "guest 9\n"));
	assert_null(strstr(shown, "guest 10\n"));
	printk(LOG_ERROR, "ours\n");
	assert_non_null(strstr(shown, "ours\n"));
	clear();
	fake_now_ns += 5 * NS_PER_SECOND;
	printk_guest(LOG_ERROR, "later\n");
	assert_string_equal(shown, "(TRESTLE) 40 messages about guests were left out (rate limit)\n"
				   "(TRESTLE) later\n");
}

static void ring_keeps_the_newest_and_reads_incrementally(void **state)
{
	static char text[1 << 17];
	uint32_t index = 0;
	size_t bytes;

	for (unsigned int i = 0; i < 20000; i++) {
		clear();
		printk(LOG_INFO, "line %u\n", i);
	}
	bytes = console_ring_read(text, sizeof(text) - 1, &index, false, false);
	text[bytes] = '\0';
	assert_int_equal(bytes, 65536);
	assert_non_null(strstr(text, "line 19999\n"));
	assert_null(strstr(text, "line 10000\n"));
	printk(LOG_INFO, "more\n");
	bytes = console_ring_read(text, sizeof(text) - 1, &index, true, false);
	text[bytes] = '\0';
	assert_string_equal(text, "(TRESTLE) more\n");
	bytes = console_ring_read(text, sizeof(text) - 1, &index, true, true);
	assert_int_equal(bytes, 0);
	index = 0;
	assert_int_equal(console_ring_read(text, sizeof(text), &index, false, false), 0);
}

static unsigned int nr_notified;

static void notify(void)
{
	nr_notified++;
}

static char last_key;

static void key_note(char key)
{
	last_key = key;
}

static void type(const char *keys)
{
	while (*keys)
		console_receive(*keys++);
	softirq_run();
}

static void three_switch_keys_move_the_input(void **state)
{
	char text[16];

	key_register('z', key_note, "noted");
	console_set_input_notify(notify);
	type("z");
	assert_int_equal(last_key, 'z');
	last_key = 0;
	type("\001\001\001z\001z");
	assert_non_null(strstr(shown, "dom0"));
	assert_int_equal(last_key, 0);
	assert_true(nr_notified >= 1);
	/* A switch key alone is a key like any other. */
	assert_int_equal(console_input_read(text, sizeof(text)), 3);
	assert_memory_equal(text, "z\001z", 3);
	type("\001\001\001z");
	assert_int_equal(last_key, 'z');
	assert_int_equal(console_input_read(text, sizeof(text)), 2);
}

static void input_that_nobody_reads_is_bounded(void **state)
{
	char text[8192];

	type("\001\001\001");
	for (unsigned int i = 0; i < 5000; i++)
		type("y");
	assert_int_equal(console_input_read(text, sizeof(text)), 4096);
	type("\001\001\001");
	assert_int_equal(console_input_read(text, sizeof(text)), 2);
}

static struct domain *guest_enter(domid_t id, bool is_hardware)
{
	struct domain *d = fake_domain_create(id, 1);

	d->is_hardware = is_hardware;
	fake_current_set(d->vcpu[0]);
	return d;
}

static int64_t guest_write(const char *text, size_t bytes)
{
	return hypercall_console_io(CONSOLEIO_write, bytes, (uint64_t)text);
}

static void hardware_domain_writes_unprefixed(void **state)
{
	char text[1000];

	guest_enter(1, true);
	memset(text, '.', sizeof(text));
	assert_int_equal(guest_write(text, sizeof(text)), 0);
	assert_int_equal(nr_shown, sizeof(text));
	assert_memory_equal(shown, text, sizeof(text));
	assert_int_equal(hypercall_console_io(CONSOLEIO_write, 0, 0), 0);
}

static void other_domain_writes_only_where_it_is_shown(void **state)
{
	static const char text[] = "hello\n\033[2Jworld\r\n\n";

	guest_enter(7, false);
	assert_int_equal(guest_write(text, sizeof(text) - 1), -EPERM);
	assert_string_equal(shown, "");
	assert_int_equal(hypercall_console_io(CONSOLEIO_read, 1, (uint64_t)shown), -EPERM);
}

static void write_is_preempted_between_chunks(void **state)
{
	char text[2048];

	guest_enter(2, true);
	memset(text, 'p', sizeof(text));
	softirq_raise(SOFTIRQ_RCU);
	assert_int_equal(guest_write(text, sizeof(text)), -ERESTART);
	assert_int_equal(fake_rewind.count, 1);
	assert_int_equal(fake_rewind.arguments[1] + nr_shown, sizeof(text));
	assert_int_equal(fake_rewind.arguments[2], (uint64_t)text + nr_shown);
	softirq_run();
	assert_int_equal(hypercall_console_io(CONSOLEIO_write, fake_rewind.arguments[1],
					      fake_rewind.arguments[2]),
			 0);
	assert_int_equal(nr_shown, sizeof(text));
}

static void a_domain_that_writes_too_fast_comes_again(void **state)
{
	char text[100];

	guest_enter(2, true);
	memset(text, 'p', sizeof(text));
	room = 2048 + 40;
	assert_int_equal(guest_write(text, sizeof(text)), -ERESTART);
	room = SIZE_MAX;
	assert_int_equal(nr_shown, 40);
	assert_int_equal(fake_rewind.arguments[1], 60);
	assert_int_equal(fake_rewind.arguments[2], (uint64_t)text + 40);
}

static void text_in_the_ring_is_announced_once(void **state)
{
	unsigned int before = nr_notified;

	console_set_ring_notify(notify);
	printk_raw("one");
	printk_raw("two");
	assert_int_equal(nr_notified, before);
	softirq_run();
	assert_int_equal(nr_notified, before + 1);
}

static void only_who_has_time_waits_for_room(void **state)
{
	console_end_boot();
	clear();
	room = 0;
	printk(LOG_ERROR, "at once\n");
	assert_int_equal(room, 0);
	console_begin_waiting();
	room_step = 16;
	printk(LOG_ERROR, "after a while\n");
	assert_true(room >= 128);
	console_end_waiting();
	room_step = 0;
	room = SIZE_MAX;
	assert_string_equal(shown, "(TRESTLE) at once\n(TRESTLE) after a while\n");
}

static void bad_calls_are_refused(void **state)
{
	char text[8];

	guest_enter(3, true);
	fake_guest_fault(text, sizeof(text));
	assert_int_equal(guest_write(text, sizeof(text)), -EFAULT);
	assert_int_equal(hypercall_console_io(CONSOLEIO_write, 1, 0), -EFAULT);
	fake_guest_fault(NULL, 0);
	assert_int_equal(hypercall_console_io(2, 1, (uint64_t)text), -ENOSYS);
}

static void hardware_domain_reads_the_input(void **state)
{
	char text[8] = "";

	hardware_domain = guest_enter(4, true);
	assert_int_equal(hypercall_console_io(CONSOLEIO_read, sizeof(text), (uint64_t)text), 0);
	console_end_boot();
	assert_true(is_lent);
	fake_calls.virqs = 0;
	type("hi");
	assert_int_equal(fake_calls.virqs, 2);
	assert_int_equal(fake_calls.last_number, VIRQ_CONSOLE);
	assert_int_equal(hypercall_console_io(CONSOLEIO_read, 1, (uint64_t)text), 1);
	assert_int_equal(hypercall_console_io(CONSOLEIO_read, 7, (uint64_t)(text + 1)), 1);
	assert_string_equal(text, "hi");
	hardware_domain = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(early_text_reaches_the_device_once, set_up),
		cmocka_unit_test_setup(each_line_has_a_prefix, set_up),
		cmocka_unit_test_setup(open_raw_line_is_ended_first, set_up),
		cmocka_unit_test_setup(overlong_message_is_cut_and_ended, set_up),
		cmocka_unit_test_setup(levels_above_the_threshold_are_dropped, set_up),
		cmocka_unit_test_setup(guests_messages_are_rate_limited, set_up),
		cmocka_unit_test_setup(ring_keeps_the_newest_and_reads_incrementally, set_up),
		cmocka_unit_test_setup(three_switch_keys_move_the_input, set_up),
		cmocka_unit_test_setup(input_that_nobody_reads_is_bounded, set_up),
		cmocka_unit_test_setup(hardware_domain_writes_unprefixed, set_up),
		cmocka_unit_test_setup(other_domain_writes_only_where_it_is_shown, set_up),
		cmocka_unit_test_setup(write_is_preempted_between_chunks, set_up),
		cmocka_unit_test_setup(a_domain_that_writes_too_fast_comes_again, set_up),
		cmocka_unit_test_setup(text_in_the_ring_is_announced_once, set_up),
		cmocka_unit_test_setup(only_who_has_time_waits_for_room, set_up),
		cmocka_unit_test_setup(bad_calls_are_refused, set_up),
		cmocka_unit_test_setup(hardware_domain_reads_the_input, set_up),
	};

	return cmocka_run_group_tests(tests, start_all, NULL);
}
