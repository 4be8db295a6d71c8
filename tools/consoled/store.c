/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libxenstore's connection and what its watches lead to.
 */
#include "consoled/store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <xenstore.h>
#include <xen/xen.h>

#include "consoled/guest.h"
#include "consoled/loop.h"
#include "libctl/ctl.h"

#define RETRY_MS 250
#define COMING "@introduceDomain"
#define GOING "@releaseDomain"
#define PATH_BYTES 80

static struct xs_handle *store;
static struct ctl *control;
static struct loop_entry store_entry, quiet_entry, retry_entry;
static uint8_t watched[DOMID_FIRST_RESERVED / 8 + 1];

static char *store_read(uint32_t domid, const char *node)
{
	char path[PATH_BYTES];
	unsigned int length;

	snprintf(path, sizeof(path), "/local/domain/%u/%s", domid, node);
	return xs_read(store, XBT_NULL, path, &length);
}

static bool store_read_number(uint32_t domid, const char *node, uint64_t *value)
{
	char *text = store_read(domid, node), *end;

	if (!text)
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (end == text || *end || errno) {
		free(text);
		return false;
	}
	free(text);
	return true;
}

static bool store_read_nodes(uint32_t domid, struct guest_nodes *nodes)
{
	uint64_t port, frame;
	char *text = store_read(domid, "console/type");
	bool is_ours = !text || strcmp(text, "ioemu");

	free(text);
	if (!is_ours || !store_read_number(domid, "console/port", &port) ||
	    !store_read_number(domid, "console/ring-ref", &frame) || port > UINT32_MAX)
		return false;
	nodes->port = port;
	nodes->frame = frame;
	text = store_read(domid, "name");
	if (text && *text)
		snprintf(nodes->name, sizeof(nodes->name), "%s", text);
	else
		snprintf(nodes->name, sizeof(nodes->name), "domain-%u", domid);
	free(text);
	return true;
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
	xs_write(store, XBT_NULL, path, terminal, strlen(terminal));
}

static bool store_is_watched(uint32_t domid)
{
	return watched[domid / 8] & (1u << (domid % 8));
}

static void store_watch(uint32_t domid, bool on)
{
	char path[PATH_BYTES], token[16];

	if (store_is_watched(domid) == on)
		return;
	watched[domid / 8] ^= 1u << (domid % 8);
	snprintf(path, sizeof(path), "/local/domain/%u/console", domid);
	snprintf(token, sizeof(token), "%u", domid);
	if (on)
		xs_watch(store, path, token);
	else
		xs_unwatch(store, path, token);
}

static bool store_has(char **ids, unsigned int count, uint32_t domid)
{
	char wanted[16];

	snprintf(wanted, sizeof(wanted), "%u", domid);
	for (unsigned int i = 0; i < count; i++)
		if (!strcmp(ids[i], wanted))
			return true;
	return false;
}

/* A dying domain's console is given up, so that its memory can go; one that the hypervisor does not
 * know any more likewise. */
static bool store_is_dying(const struct xen_domctl_getdomaininfo *list, uint32_t count,
			   uint32_t domid)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].domain == domid)
			return list[i].flags & XEN_DOMINF_dying;
	return true;
}

void store_refresh(void)
{
	unsigned int count;
	char **ids = store ? xs_directory(store, XBT_NULL, "/local/domain", &count) : NULL;

	for (unsigned int i = 0; ids && i < count; i++) {
		uint32_t domid = strtoul(ids[i], NULL, 10);

		if (!domid || domid >= DOMID_FIRST_RESERVED || guest_find(domid))
			continue;
		store_watch(domid, true);
		store_look_at(domid);
	}
	free(ids);
}

static void store_drop(uint32_t domid)
{
	struct guest *guest = guest_find(domid);

	store_watch(domid, false);
	if (guest)
		guest_close(guest);
}

static void store_drop_gone(void)
{
	struct xen_domctl_getdomaininfo *list = NULL;
	uint32_t nr_domains = 0;
	unsigned int count = 0;
	bool by_control = control && !ctl_domain_list_all(control, &list, &nr_domains);
	char **ids = by_control ? NULL : xs_directory(store, XBT_NULL, "/local/domain", &count);

	for (uint32_t domid = 0; domid < DOMID_FIRST_RESERVED && (by_control || ids); domid++) {
		if (!store_is_watched(domid))
			continue;
		if (by_control ? store_is_dying(list, nr_domains, domid)
			       : !store_has(ids, count, domid))
			store_drop(domid);
	}
	free(ids);
	free(list);
}

static void store_retry_later(void)
{
	struct itimerspec once = {.it_value.tv_nsec = RETRY_MS * 1000000L};

	timerfd_settime(retry_entry.fd, 0, &once, NULL);
}

/* libxenstore's thread ends without a word when the store does: a connection of our own, which says
 * nothing, tells. */
static int store_connect_quiet(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", xs_daemon_socket());
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

static void store_lose(void)
{
	loop_remove(&quiet_entry);
	close(quiet_entry.fd);
	loop_remove(&store_entry);
	xs_close(store);
	store = NULL;
	store_retry_later();
}

static void store_handle_watch(const char *path, const char *token)
{
	if (!strcmp(path, COMING))
		store_refresh();
	else if (!strcmp(path, GOING))
		store_drop_gone();
	else
		store_look_at(strtoul(token, NULL, 10));
}

static void store_handle(struct loop_entry *entry, uint32_t events)
{
	char **watch;

	(void)entry;
	while ((watch = xs_check_watch(store))) {
		store_handle_watch(watch[XS_WATCH_PATH], watch[XS_WATCH_TOKEN]);
		free(watch);
	}
	if (errno != EAGAIN || (events & EPOLLHUP))
		store_lose();
}

static void store_handle_end(struct loop_entry *entry, uint32_t events)
{
	(void)entry;
	(void)events;
	fprintf(stderr, "consoled: xenstored went away; it is looked for again\n");
	store_lose();
}

static int store_open_connection(void)
{
	int quiet = store_connect_quiet();

	store = quiet < 0 ? NULL : xs_open(XS_OPEN_SOCKETONLY);
	if (store && !loop_add(&quiet_entry, quiet, EPOLLRDHUP, store_handle_end))
		return 0;
	if (store)
		xs_close(store);
	store = NULL;
	if (quiet >= 0)
		close(quiet);
	return -1;
}

static int store_connect(void)
{
	if (store_open_connection())
		return -1;
	if (!xs_watch(store, COMING, COMING) || !xs_watch(store, GOING, GOING) ||
	    loop_add(&store_entry, xs_fileno(store), EPOLLIN, store_handle)) {
		loop_remove(&quiet_entry);
		close(quiet_entry.fd);
		xs_close(store);
		store = NULL;
		return -1;
	}
	memset(watched, 0, sizeof(watched));
	for (struct guest *guest = guest_first(); guest; guest = guest_next(guest))
		store_watch(guest_domid(guest), true);
	store_refresh();
	store_drop_gone();
	return 0;
}

static void store_handle_retry(struct loop_entry *entry, uint32_t events)
{
	uint64_t count;

	(void)events;
	if (read(entry->fd, &count, sizeof(count)) < 0)
		return;
	if (!store && store_connect())
		store_retry_later();
}

int store_open(struct ctl *ctl)
{
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	control = ctl;
	if (timer < 0 || loop_add(&retry_entry, timer, EPOLLIN, store_handle_retry))
		return -1;
	if (store_connect())
		store_retry_later();
	return 0;
}
