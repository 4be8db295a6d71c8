/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to the store and what its watches lead to.
 */
#include "consoled/store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <xen/xen.h>

#include "consoled/guest.h"
#include "consoled/loop.h"
#include "libctl/ctl.h"
#include "libstore/store_link.h"
#include "libstore/store_pipe.h"
#include "libstore/store_wait.h"

#define COMING "@introduceDomain"
#define GOING "@releaseDomain"
#define PATH_BYTES 80

static struct store_link *store; /* NULL while nobody serves it */
static struct ctl *control;
static struct loop_entry store_entry, wait_entry, retry_entry;
static uint8_t watched[DOMID_FIRST_RESERVED / 8 + 1];

/* What is read of a domain, in one go; answers come in this order. */
enum node { NODE_TYPE, NODE_PORT, NODE_FRAME, NODE_NAME, NR_NODES };

static const char *const node_names[NR_NODES] = {
	[NODE_TYPE] = "console/type",
	[NODE_PORT] = "console/port",
	[NODE_FRAME] = "console/ring-ref",
	[NODE_NAME] = "name",
};

struct answers {
	char *texts[NR_NODES]; /* NULL: there is no such node */
};

static void store_hear_node(size_t index, const struct store_message *answer, void *context)
{
	struct answers *answers = context;

	if (!store_answer_error(answer))
		answers->texts[index] = strdup(answer->text);
}

static int store_ask_nodes(uint32_t domid, struct answers *answers)
{
	struct store_pipe *pipe = store_pipe_open(store);
	char path[PATH_BYTES];
	int ret;

	if (!pipe)
		return -1;
	for (size_t i = 0; i < NR_NODES; i++) {
		snprintf(path, sizeof(path), "/local/domain/%u/%s", domid, node_names[i]);
		store_pipe_add(pipe, XS_READ, 0, path, NULL, 0);
	}
	ret = store_pipe_exchange(pipe, store_hear_node, answers);
	store_pipe_close(pipe);
	return ret;
}

static bool store_parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (!text)
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return end != text && !*end && !errno;
}

static bool store_parse_nodes(uint32_t domid, const struct answers *answers,
			      struct guest_nodes *nodes)
{
	const char *type = answers->texts[NODE_TYPE], *name = answers->texts[NODE_NAME];
	uint64_t port, frame;

	if ((type && !strcmp(type, "ioemu")) ||
	    !store_parse_number(answers->texts[NODE_PORT], &port) ||
	    !store_parse_number(answers->texts[NODE_FRAME], &frame) || port > UINT32_MAX)
		return false;
	nodes->port = port;
	nodes->frame = frame;
	if (name && *name)
		snprintf(nodes->name, sizeof(nodes->name), "%s", name);
	else
		snprintf(nodes->name, sizeof(nodes->name), "domain-%u", domid);
	return true;
}

static bool store_read_nodes(uint32_t domid, struct guest_nodes *nodes)
{
	struct answers answers = {0};
	bool is_console = !store_ask_nodes(domid, &answers) &&
			  store_parse_nodes(domid, &answers, nodes);

	for (size_t i = 0; i < NR_NODES; i++)
		free(answers.texts[i]);
	return is_console;
}

static void store_look_at(uint32_t domid)
{
	struct guest_nodes nodes;
	char terminal[64], path[PATH_BYTES];

	if (!domid || !store_read_nodes(domid, &nodes))
		return;
	guest_open(domid, &nodes, terminal, sizeof(terminal));
	if (!terminal[0])
		return;
	snprintf(path, sizeof(path), "/local/domain/%u/console/tty", domid);
	store_link_write(store, 0, path, terminal, strlen(terminal));
}

static bool store_is_watched(uint32_t domid)
{
	return watched[domid / 8] & (1u << (domid % 8));
}

/* A watch that is set tells of what is there by its first event. */
static void store_watch(uint32_t domid, bool on)
{
	char path[PATH_BYTES], token[16];

	if (store_is_watched(domid) == on)
		return;
	watched[domid / 8] ^= 1u << (domid % 8);
	snprintf(path, sizeof(path), "/local/domain/%u/console", domid);
	snprintf(token, sizeof(token), "%u", domid);
	if (on)
		store_link_watch(store, path, token, NULL);
	else
		store_link_unwatch(store, path, token);
}

static bool store_is_guest(uint32_t domid)
{
	return domid && domid < DOMID_FIRST_RESERVED;
}

void store_refresh(void)
{
	unsigned int count;
	char **ids = store ? store_link_list(store, 0, "/local/domain", &count) : NULL;

	for (unsigned int i = 0; ids && i < count; i++) {
		uint32_t domid = strtoul(ids[i], NULL, 10);

		if (!store_is_guest(domid) || guest_find(domid))
			continue;
		store_watch(domid, true);
		store_look_at(domid);
	}
	free(ids);
}

/* A dying domain's console is given up, so that its memory can go; one that the hypervisor does not
 * know any more likewise. */
static void store_drop_if_gone(uint32_t domid)
{
	struct xen_domctl_getdomaininfo info;
	struct guest *guest;

	if (!store_is_watched(domid))
		return;
	if (!ctl_domain_info(control, domid, &info) ? !(info.flags & XEN_DOMINF_dying)
						    : errno != ESRCH)
		return;
	guest = guest_find(domid);
	store_watch(domid, false);
	if (guest)
		guest_close(guest);
}

static void store_drop_all_gone(void)
{
	for (uint32_t domid = 0; domid < DOMID_FIRST_RESERVED; domid++)
		store_drop_if_gone(domid);
}

/* The domain that a special path names, 0 for none: a watch's first event, or a xenstored that does
 * not name them. */
static uint32_t store_named_domain(const char *path)
{
	const char *slash = strchr(path, '/');
	uint32_t domid = slash ? strtoul(slash + 1, NULL, 10) : 0;

	return store_is_guest(domid) ? domid : 0;
}

static void store_handle_coming(uint32_t domid)
{
	if (domid)
		store_watch(domid, true);
	else
		store_refresh();
}

static void store_handle_going(uint32_t domid)
{
	if (domid)
		store_drop_if_gone(domid);
	else
		store_drop_all_gone();
}

/* console/tty is our own doing. */
static bool store_is_terminal(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && !strcmp(path + length - 4, "/tty");
}

static void store_handle_event(const struct store_event *event)
{
	if (!strcmp(event->token, COMING))
		store_handle_coming(store_named_domain(event->path));
	else if (!strcmp(event->token, GOING))
		store_handle_going(store_named_domain(event->path));
	else if (!store_is_terminal(event->path))
		store_look_at(strtoul(event->token, NULL, 10));
}

static void store_look_for(void);

static void store_lose(void)
{
	fprintf(stderr, "consoled: xenstored went away; it is waited for\n");
	loop_remove(&store_entry);
	store_link_close(store);
	store = NULL;
	store_look_for();
}

static void store_handle(struct loop_entry *entry, uint32_t events)
{
	struct store_event event;
	int ret;

	(void)entry;
	(void)events;
	while ((ret = store_link_next_event(store, &event)) > 0)
		store_handle_event(&event);
	if (ret < 0)
		store_lose();
}

/* With the domain's number, if this xenstored names it. */
static int store_watch_special(const char *path)
{
	if (!store_link_watch(store, path, path, "1"))
		return 0;
	return store_link_watch(store, path, path, NULL);
}

static int store_connect(void)
{
	store = store_link_open();
	if (!store)
		return -1;
	if (store_watch_special(COMING) || store_watch_special(GOING) ||
	    loop_add(&store_entry, store_link_fd(store), EPOLLIN, store_handle)) {
		store_link_close(store);
		store = NULL;
		return -1;
	}
	memset(watched, 0, sizeof(watched));
	for (struct guest *guest = guest_first(); guest; guest = guest_next(guest))
		store_watch(guest_domid(guest), true);
	store_refresh();
	store_drop_all_gone();
	return 0;
}

static void store_end_wait(void)
{
	struct itimerspec never = {0};

	loop_remove(&wait_entry);
	close(wait_entry.fd);
	timerfd_settime(retry_entry.fd, 0, &never, NULL);
}

/* Not every xenstored listens by the time that its socket is there: a moment later it does. */
static void store_try(void)
{
	struct itimerspec once = {.it_value.tv_nsec = STORE_WAIT_MS * 1000000L};

	if (!store_connect())
		store_end_wait();
	else
		timerfd_settime(retry_entry.fd, 0, &once, NULL);
}

static void store_handle_wait(struct loop_entry *entry, uint32_t events)
{
	(void)events;
	if (store_wait_has_come(entry->fd))
		store_try();
}

static void store_handle_retry(struct loop_entry *entry, uint32_t events)
{
	uint64_t count;

	(void)events;
	if (read(entry->fd, &count, sizeof(count)) < 0)
		return;
	if (!store && !store_connect())
		store_end_wait();
}

/* The folder is watched before the first try, so that nothing is missed between. */
static void store_look_for(void)
{
	int fd = store_wait_open();

	if (fd < 0 || loop_add(&wait_entry, fd, EPOLLIN, store_handle_wait)) {
		fprintf(stderr, "consoled: the folder of %s cannot be watched: %s\n",
			store_wire_path(), strerror(errno));
		exit(FAILURE_GENERAL);
	}
	store_try();
}

int store_open(struct ctl *ctl)
{
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	control = ctl;
	if (timer < 0 || loop_add(&retry_entry, timer, EPOLLIN, store_handle_retry))
		return -1;
	store_look_for();
	return 0;
}
