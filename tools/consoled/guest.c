/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One handle each for events and for grants, whatever the number of guests.
 */
#include "consoled/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <xenevtchn.h>
#include <xengnttab.h>
#include <xen/grant_table.h>

#include "consoled/console.h"
#include "consoled/loop.h"
#include "consoled/reader.h"
#include "consoled/ring.h"
#include "libctl/ctl.h"

#define PERIOD_MS 100
#define EVENTS_AT_ONCE 256
#define NO_PORT UINT32_MAX

struct guest {
	struct console console; /* first */
	struct guest *next;
	struct guest_nodes nodes;
	struct ring ring;
	bool is_granted, is_masked, rests;
	uint32_t port;		/* ours, NO_PORT when not bound */
	uint64_t period, taken; /* number of the period, bytes taken in it */
};

static struct guest *guests;
static struct guest **by_port;
static size_t nr_by_port;
static struct guest_options options;
static struct ctl *control;
static xenevtchn_handle *events;
static xengnttab_handle *grants;
static struct loop_entry events_entry, timer_entry;
static uint32_t virq_port = NO_PORT;
static void (*virq_handler)(void);

static uint64_t guest_period(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000) / PERIOD_MS;
}

/* How much may be taken in this period. */
static size_t guest_allowance(struct guest *guest)
{
	uint64_t limit = options.bytes_per_second * PERIOD_MS / 1000, period = guest_period();

	if (!options.bytes_per_second)
		return SIZE_MAX;
	if (period != guest->period) {
		guest->period = period;
		guest->taken = 0;
	}
	return guest->taken < limit ? limit - guest->taken : 0;
}

static ssize_t guest_read(struct console *console, char *to, size_t room)
{
	struct guest *guest = (struct guest *)console;
	size_t allowance = guest_allowance(guest);

	guest->rests = !allowance;
	return ring_read(&guest->ring, to, room < allowance ? room : allowance);
}

static void guest_advance(struct console *console, size_t bytes)
{
	struct guest *guest = (struct guest *)console;

	ring_advance(&guest->ring, bytes);
	guest->taken += bytes;
	if (guest->port != NO_PORT)
		xenevtchn_notify(events, guest->port);
}

static void guest_start_timer(void)
{
	struct itimerspec once = {.it_value.tv_nsec = PERIOD_MS * 1000000L};

	timerfd_settime(timer_entry.fd, 0, &once, NULL);
}

static void guest_rest(struct console *console)
{
	struct guest *guest = (struct guest *)console;

	if (guest->rests) {
		guest_start_timer();
	} else if (guest->is_masked) {
		guest->is_masked = false;
		xenevtchn_unmask(events, guest->port);
	}
}

static void guest_take_input(struct console *console)
{
	struct guest *guest = (struct guest *)console;
	ssize_t bytes = ring_write(&guest->ring, console->input, console->input_bytes);

	/* A broken ring is found by the next read of it as well, which closes it. */
	if (bytes <= 0)
		return;
	if (guest->port != NO_PORT)
		xenevtchn_notify(events, guest->port);
	console_drop_input(console, bytes);
}

static void guest_unmap(struct guest *guest)
{
	if (!guest->ring.page)
		return;
	if (guest->is_granted)
		xengnttab_unmap(grants, guest->ring.page, 1);
	else
		ctl_memory_unmap(control, guest->ring.page, 1);
	guest->ring.page = NULL;
}

static void guest_unbind(struct guest *guest)
{
	if (guest->port == NO_PORT)
		return;
	by_port[guest->port] = NULL;
	xenevtchn_unbind(events, guest->port);
	guest->port = NO_PORT;
}

static void guest_shut(struct guest *guest)
{
	if (guest->console.is_open)
		console_close(&guest->console);
	guest_unbind(guest);
	guest_unmap(guest);
}

/* The guest stays known, with its console closed, until it is gone or its nodes change. */
static void guest_fail(struct console *console)
{
	console_say(console, "its ring's indices jump: the console is closed");
	guest_shut((struct guest *)console);
}

static const struct console_source guest_source = {
	.read = guest_read,
	.advance = guest_advance,
	.rest = guest_rest,
	.take_input = guest_take_input,
	.fail = guest_fail,
};

static int guest_map(struct guest *guest)
{
	xen_pfn_t frame = guest->nodes.frame;
	void *page = xengnttab_map_grant_ref(grants, guest->console.domid, GNTTAB_RESERVED_CONSOLE,
					     PROT_READ | PROT_WRITE);

	guest->is_granted = page;
	if (!page && control)
		page = ctl_memory_map(control, guest->console.domid, PROT_READ | PROT_WRITE, 1,
				      &frame);
	if (!page)
		return -1;
	ring_attach(&guest->ring, page);
	return 0;
}

static int guest_note_port(struct guest *guest, uint32_t port)
{
	if (port >= nr_by_port) {
		size_t count = (port | 63) + 1;
		struct guest **larger = realloc(by_port, count * sizeof(*larger));

		if (!larger)
			return -1;
		memset(larger + nr_by_port, 0, (count - nr_by_port) * sizeof(*larger));
		by_port = larger;
		nr_by_port = count;
	}
	by_port[port] = guest;
	guest->port = port;
	return 0;
}

static int guest_bind(struct guest *guest)
{
	int port = xenevtchn_bind_interdomain(events, guest->console.domid, guest->nodes.port);

	if (port < 0)
		return -1;
	if (guest_note_port(guest, port)) {
		xenevtchn_unbind(events, port);
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

struct guest *guest_find(uint32_t domid)
{
	struct guest *guest = guests;

	while (guest && guest->console.domid != domid)
		guest = guest->next;
	return guest;
}

struct guest *guest_first(void)
{
	return guests;
}

struct guest *guest_next(struct guest *guest)
{
	return guest->next;
}

uint32_t guest_domid(const struct guest *guest)
{
	return guest->console.domid;
}

static struct guest *guest_create(uint32_t domid)
{
	struct guest *guest = calloc(1, sizeof(*guest));

	if (!guest)
		return NULL;
	guest->console.domid = domid;
	guest->port = NO_PORT;
	guest->next = guests;
	guests = guest;
	return guest;
}

static void guest_start(struct guest *guest, char *terminal, unsigned int room)
{
	struct console *console = &guest->console;

	snprintf(console->name, sizeof(console->name), "%s", guest->nodes.name);
	if (guest_map(guest)) {
		console_say(console, "domain %u: cannot map the console ring: %s", console->domid,
			    strerror(errno));
		return;
	}
	/* What was read already is in the log, if its last reader kept one. */
	console_open(console, &guest_source, console->domid, guest->nodes.name, "guest-",
		     guest->ring.out_cons);
	if (guest_bind(guest))
		console_say(console, "domain %u: cannot bind event channel %u: %s", console->domid,
			    guest->nodes.port, strerror(errno));
	if (options.with_terminals && !reader_open_terminal(console, terminal, room))
		console_say(console, "cannot open a terminal for it: %s", strerror(errno));
	console_make_ready(console);
}

void guest_open(uint32_t domid, const struct guest_nodes *nodes, char *terminal, unsigned int room)
{
	struct guest *guest = guest_find(domid);

	terminal[0] = '\0';
	if (guest && guest->nodes.port == nodes->port && guest->nodes.frame == nodes->frame)
		return;
	if (!guest)
		guest = guest_create(domid);
	if (!guest)
		return;
	guest_shut(guest);
	guest->nodes = *nodes;
	guest_start(guest, terminal, room);
}

void guest_close(struct guest *guest)
{
	struct guest **at = &guests;

	if (guest->console.is_open) {
		guest->taken = 0;
		console_drain(&guest->console, RING_OUT_BYTES);
	}
	guest_shut(guest);
	while (*at != guest)
		at = &(*at)->next;
	*at = guest->next;
	free(guest);
}

static void guest_handle_events(struct loop_entry *entry, uint32_t ready)
{
	(void)entry;
	(void)ready;
	for (unsigned int i = 0; i < EVENTS_AT_ONCE; i++) {
		int port = xenevtchn_pending(events);
		struct guest *guest;

		if (port < 0)
			break;
		if ((uint32_t)port == virq_port) {
			virq_handler();
			xenevtchn_unmask(events, port);
			continue;
		}
		guest = (size_t)port < nr_by_port ? by_port[port] : NULL;
		if (!guest)
			continue;
		guest->is_masked = true;
		if (!guest->rests)
			console_make_ready(&guest->console);
	}
}

static void guest_handle_timer(struct loop_entry *entry, uint32_t ready)
{
	uint64_t count;

	(void)ready;
	if (read(entry->fd, &count, sizeof(count)) < 0)
		return;
	for (struct guest *guest = guests; guest; guest = guest->next) {
		if (!guest->rests)
			continue;
		guest->rests = false;
		console_make_ready(&guest->console);
	}
}

int guest_open_all(struct ctl *ctl, const struct guest_options *wanted)
{
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	options = *wanted;
	control = ctl;
	events = xenevtchn_open(NULL, 0);
	grants = xengnttab_open(NULL, 0);
	if (timer < 0 || !events || !grants)
		return -1;
	fcntl(xenevtchn_fd(events), F_SETFL, O_NONBLOCK);
	if (loop_add(&events_entry, xenevtchn_fd(events), EPOLLIN, guest_handle_events))
		return -1;
	return loop_add(&timer_entry, timer, EPOLLIN, guest_handle_timer);
}

int guest_bind_console_virq(void (*ring)(void))
{
	int port = xenevtchn_bind_virq(events, VIRQ_CON_RING);

	if (port < 0)
		return -1;
	virq_handler = ring;
	virq_port = port;
	return 0;
}
