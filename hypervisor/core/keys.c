/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debug keys: the table, and the way from a device's interrupt to softirq context.
 */
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/printk.h"
#include "hv/softirq.h"

#define NR_KEYS 128
#define NR_WAITING 16

struct key {
	void (*handler)(char key);
	const char *description;
};

static struct key keys[NR_KEYS];
static char waiting[NR_WAITING];
static uint32_t waiting_producer, waiting_consumer;
static struct tasklet key_tasklet;
static bool is_ready;

void key_register(char key, void (*handler)(char key), const char *description)
{
	struct key *row = &keys[(unsigned char)key % NR_KEYS];

	BUG_ON((unsigned char)key >= NR_KEYS || row->handler);
	*row = (struct key){handler, description};
}

void key_handle(char key)
{
	const struct key *row = &keys[(unsigned char)key % NR_KEYS];

	if ((unsigned char)key < NR_KEYS && row->handler)
		row->handler(key);
}

/* True with the next key; the ring is guarded by the console's lock. */
static bool waiting_pop(char *key)
{
	uint64_t flags = console_lock_irqsave();
	bool found = waiting_consumer != waiting_producer;

	if (found)
		*key = waiting[waiting_consumer++ % NR_WAITING];
	console_unlock_irqrestore(flags);
	return found;
}

static void waiting_run(void *data)
{
	char key;

	/* What they print may be more than the devices' buffers. */
	console_begin_waiting();
	while (waiting_pop(&key))
		key_handle(key);
	console_end_waiting();
}

void key_receive(char key)
{
	uint64_t flags;

	if (!is_ready)
		return;
	flags = console_lock_irqsave();
	if (waiting_producer - waiting_consumer < NR_WAITING)
		waiting[waiting_producer++ % NR_WAITING] = key;
	console_unlock_irqrestore(flags);
	tasklet_schedule(&key_tasklet);
}

static void help_print(char pressed)
{
	printk_raw("Debug keys:\n");
	for (unsigned int i = 0; i < NR_KEYS; i++)
		if (keys[i].handler)
			printk_raw("  %c  %s\n", (char)i, keys[i].description);
}

static void machine_reboot(char key)
{
	printk_raw("'%c' pressed: rebooting\n", key);
	arch_machine_restart();
}

static void backtrace_dump(char key)
{
	printk_raw("CPU %u:\n", cpu_this());
	arch_dump_backtrace();
}

static void crash(char key)
{
	panic("'%c' pressed", key);
}

void keys_init(void)
{
	tasklet_init(&key_tasklet, waiting_run, NULL);
	key_register('h', help_print, "this list");
	key_register('R', machine_reboot, "reboot the machine");
	key_register('b', backtrace_dump, "back-trace of the CPU that handles keys");
	key_register('C', crash, "panic on purpose");
	WRITE_ONCE(is_ready, true);
}
