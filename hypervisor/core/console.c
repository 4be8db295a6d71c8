/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring of past output, the devices that show it, and the switch of the input between the
 * hypervisor's debug keys and the first domain.
 */
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/lock.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/rangeset.h"
#include "hv/softirq.h"
#include "hv/string.h"

#define NR_DEVICES 8
#define EARLY_RING_BYTES 16384u
#define RING_BYTES_MAX MIB(64)
/* What dom0 has not read yet: lines that are pasted come faster than it runs. */
#define INPUT_BYTES 4096
#define SWITCH_COUNT 3
#define LOCK_NESTED (1ULL << 63)
/* What the first domain leaves of devices' buffers to messages. */
#define DOMAIN_RESERVE 2048

struct console_state {
	const struct console_device *registered[NR_DEVICES], *active[NR_DEVICES];
	unsigned int nr_registered, nr_active;
	char *ring;
	uint32_t ring_bytes; /* a power of two */
	/* Free-running positions: the ring holds [consumer, producer). */
	uint32_t producer, consumer;
};

struct console_input {
	char ring[INPUT_BYTES];
	uint32_t producer, consumer;
	unsigned int nr_switch_keys;
	bool is_domain;
	void (*notify)(void);
};

static char early_ring[EARLY_RING_BYTES];
static struct console_state console = {.ring = early_ring, .ring_bytes = EARLY_RING_BYTES};
static struct console_input input;
static struct spinlock console_lock = SPINLOCK_INIT(LOCK_console);
static uint32_t console_owner; /* CPU number + 1 */
static bool lock_is_broken;
static bool is_booting = true;
static bool ring_is_announced;
static uint32_t waiting_cpu; /* CPU number + 1 of who rather waits than loses text */

static char console_option[64] = "vga";
STRING_PARAMETER("console", console_option, "devices that show the output: com1,com2,vga,none");
static uint64_t conring_bytes = KIB(64);
SIZE_PARAMETER("conring_size", conring_bytes, "bytes of past output that are kept");
static bool sync_console;
BOOLEAN_PARAMETER("sync_console", sync_console, "output waits for the device");
static bool console_to_ring;
BOOLEAN_PARAMETER("console_to_ring", console_to_ring, "the first domain's output is kept too");
static char conswitch_option[4] = "a";
STRING_PARAMETER("conswitch", conswitch_option,
		 "letter whose control key switches the input; x after it: stay at start");

uint64_t console_lock_irqsave(void)
{
	uint64_t flags = interrupts_save_off();

	if (lock_is_broken || __atomic_load_n(&console_owner, __ATOMIC_RELAXED) == cpu_this() + 1)
		return flags | LOCK_NESTED;
	spin_lock(&console_lock);
	__atomic_store_n(&console_owner, cpu_this() + 1, __ATOMIC_RELAXED);
	return flags;
}

void console_unlock_irqrestore(uint64_t flags)
{
	if (!(flags & LOCK_NESTED)) {
		__atomic_store_n(&console_owner, 0, __ATOMIC_RELAXED);
		spin_unlock(&console_lock);
	}
	interrupts_restore(flags & ~LOCK_NESTED);
}

bool console_is_synchronous(void)
{
	return sync_console;
}

void console_register(const struct console_device *device)
{
	BUG_ON(console.nr_registered == NR_DEVICES);
	console.registered[console.nr_registered++] = device;
}

void console_set_ring_notify(void (*notify)(void))
{
	softirq_register(SOFTIRQ_CONSOLE, notify);
	WRITE_ONCE(ring_is_announced, true);
}

static void ring_put(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		console.ring[console.producer++ & (console.ring_bytes - 1)] = text[i];
	if (console.producer - console.consumer > console.ring_bytes)
		console.consumer = console.producer - console.ring_bytes;
	/* Who hears of it takes locks, and this runs under any. */
	if (READ_ONCE(ring_is_announced))
		softirq_raise(SOFTIRQ_CONSOLE);
}

static void devices_write(const char *text, size_t bytes)
{
	for (unsigned int i = 0; i < console.nr_active; i++)
		console.active[i]->write(text, bytes);
}

void console_emit(const char *text, size_t bytes)
{
	ring_put(text, bytes);
	devices_write(text, bytes);
}

static size_t devices_room(void)
{
	size_t room = SIZE_MAX;

	for (unsigned int i = 0; i < console.nr_active; i++)
		if (console.active[i]->free_bytes)
			room = MIN(room, console.active[i]->free_bytes());
	return room;
}

size_t console_write_domain(const char *text, size_t bytes)
{
	uint64_t flags = console_lock_irqsave();
	size_t room = devices_room();

	bytes = MIN(bytes, room > DOMAIN_RESERVE ? room - DOMAIN_RESERVE : 0);
	if (console_to_ring)
		ring_put(text, bytes);
	devices_write(text, bytes);
	console_unlock_irqrestore(flags);
	return bytes;
}

void console_begin_waiting(void)
{
	__atomic_store_n(&waiting_cpu, cpu_this() + 1, __ATOMIC_RELAXED);
}

void console_end_waiting(void)
{
	__atomic_store_n(&waiting_cpu, 0, __ATOMIC_RELAXED);
}

/* Devices with a buffer say that there is room when they are stuck: it ends. */
void console_wait_for_room(size_t bytes)
{
	bool is_over = !is_booting &&
		       __atomic_load_n(&waiting_cpu, __ATOMIC_RELAXED) != cpu_this() + 1;

	while (!is_over && !lock_is_broken &&
	       __atomic_load_n(&console_owner, __ATOMIC_RELAXED) != cpu_this() + 1) {
		uint64_t flags = console_lock_irqsave();

		is_over = devices_room() >= bytes;
		console_unlock_irqrestore(flags);
		cpu_relax();
	}
}

/* Shows a device what was said before it was opened. */
static void ring_replay(const struct console_device *device)
{
	uint32_t position = console.consumer;

	while (position != console.producer) {
		uint32_t offset = position & (console.ring_bytes - 1);
		uint32_t bytes = MIN(console.producer - position, console.ring_bytes - offset);

		device->write(console.ring + offset, bytes);
		position += bytes;
	}
}

static void device_open(const struct console_device *device)
{
	uint64_t flags = console_lock_irqsave();

	ring_replay(device);
	console.active[console.nr_active++] = device;
	console_unlock_irqrestore(flags);
}

static bool device_is_registered(const char *name, size_t bytes)
{
	for (unsigned int i = 0; i < console.nr_registered; i++)
		if (strlen(console.registered[i]->name) == bytes &&
		    strncmp(console.registered[i]->name, name, bytes) == 0)
			return true;
	return false;
}

static void option_warn_unknown(void)
{
	const char *name = console_option;

	while (*name) {
		const char *end = strchr(name, ',');
		size_t bytes = end ? (size_t)(end - name) : strlen(name);

		if (bytes && !device_is_registered(name, bytes) &&
		    (bytes != 4 || strncmp(name, "none", 4) != 0))
			printk(LOG_WARNING, "console=%.*s: there is no such device\n", (int)bytes,
			       name);
		name += bytes + (end != NULL);
	}
}

void console_init(void)
{
	console_register_devices();
	for (unsigned int i = 0; i < console.nr_registered; i++)
		if (parameter_list_has(console_option, console.registered[i]->name))
			device_open(console.registered[i]);
	option_warn_unknown();
}

uint32_t console_ring_wanted_bytes(void)
{
	uint64_t wanted = MIN(conring_bytes, RING_BYTES_MAX);
	uint32_t bytes = EARLY_RING_BYTES;

	while (bytes * 2 <= wanted)
		bytes *= 2;
	return bytes > EARLY_RING_BYTES ? bytes : 0;
}

void console_set_ring(char *ring, uint32_t bytes)
{
	uint64_t flags = console_lock_irqsave();

	for (uint32_t i = console.consumer; i != console.producer; i++)
		ring[i & (bytes - 1)] = console.ring[i & (console.ring_bytes - 1)];
	console.ring = ring;
	console.ring_bytes = bytes;
	console_unlock_irqrestore(flags);
}

void console_init_late(void)
{
	keys_init();
	for (unsigned int i = 0; i < console.nr_active; i++)
		if (console.active[i]->enable_input)
			console.active[i]->enable_input();
}

static void input_announce(void)
{
	printk(LOG_INFO, "Console input goes to %s now (three times CTRL-%c switches)\n",
	       input.is_domain ? "dom0" : "the hypervisor", conswitch_option[0]);
}

/* The character that the switch letter makes with the control key; 0 for none. */
static char switch_key(void)
{
	char letter = (char)(conswitch_option[0] | 0x20);

	return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 1) : '\0';
}

/* True when c completed the switch sequence. */
static bool input_is_switch(char c)
{
	if (c == '\0' || c != switch_key()) {
		input.nr_switch_keys = 0;
		return false;
	}
	if (++input.nr_switch_keys < SWITCH_COUNT)
		return false;
	input.nr_switch_keys = 0;
	return true;
}

static void input_put(char c)
{
	uint64_t flags = console_lock_irqsave();

	if (input.producer - input.consumer < INPUT_BYTES)
		input.ring[input.producer++ % INPUT_BYTES] = c;
	console_unlock_irqrestore(flags);
	if (input.notify)
		input.notify();
}

void console_receive(char c)
{
	if (input_is_switch(c)) {
		input.is_domain = !input.is_domain;
		input_announce();
	} else if (input.is_domain) {
		input_put(c);
	} else {
		key_receive(c);
	}
}

void console_set_input_notify(void (*notify)(void))
{
	WRITE_ONCE(input.notify, notify);
}

size_t console_input_read(char *to, size_t bytes)
{
	uint64_t flags = console_lock_irqsave();
	size_t nr = 0;

	while (nr < bytes && input.consumer != input.producer)
		to[nr++] = input.ring[input.consumer++ % INPUT_BYTES];
	console_unlock_irqrestore(flags);
	return nr;
}

void console_end_boot(void)
{
	is_booting = false;
	for (unsigned int i = 0; i < console.nr_active; i++)
		if (console.active[i]->end_boot)
			console.active[i]->end_boot();
	if (conswitch_option[1] != 'x')
		input.is_domain = true;
	input_announce();
}

void console_deny_ports(struct rangeset *ports)
{
	for (unsigned int i = 0; i < console.nr_active; i++) {
		const struct console_device *device = console.active[i];

		if (device->last_port &&
		    rangeset_remove(ports, device->first_port, device->last_port))
			panic("console %s: no memory to deny its ports", device->name);
	}
}

void console_force_unlock(void)
{
	lock_is_broken = true;
	for (unsigned int i = 0; i < console.nr_active; i++)
		if (console.active[i]->flush)
			console.active[i]->flush();
}

size_t console_ring_read(char *to, size_t bytes, uint32_t *index, bool incremental, bool clear)
{
	uint64_t flags = console_lock_irqsave();
	uint32_t position = console.consumer;
	size_t nr = 0;

	/* An index that the ring has overtaken starts at the oldest text that is left. */
	if (incremental && *index - position <= console.producer - position)
		position = *index;
	while (nr < bytes && position != console.producer)
		to[nr++] = console.ring[position++ & (console.ring_bytes - 1)];
	if (clear)
		console.consumer = console.producer;
	*index = position;
	console_unlock_irqrestore(flags);
	return nr;
}
