/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for events, handing them out, taking turns. */
#include <errno.h>
#include <sys/epoll.h>

#include "xenstored/loop.h"
#include "xenstored/socket.h"
#include "xenstored/update.h"

#define NR_EVENTS 64

int loop_init(struct server *server)
{
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return server->epoll_fd < 0 ? -errno : 0;
}

int loop_add(struct server *server, struct source *source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) ? -errno : 0;
}

void loop_change(struct server *server, struct source *source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

void loop_remove(struct server *server, struct source *source)
{
	epoll_ctl(server->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
}

/* Only while somebody is paused there is something to wake up for. */
static int loop_timeout_ms(const struct server *server)
{
	return TAILQ_EMPTY(&server->paused) ? -1 : SERVER_CREDIT_MS;
}

void loop_run(struct server *server)
{
	struct epoll_event events[NR_EVENTS];

	while (!server->is_stopping) {
		bool is_busy = server_turn(server);
		int nr;

		socket_sweep(server);
		if (server->update.is_due)
			update_perform(server);
		nr = epoll_wait(server->epoll_fd, events, NR_EVENTS,
				is_busy ? 0 : loop_timeout_ms(server));
		for (int i = 0; i < nr; i++) {
			struct source *source = events[i].data.ptr;

			source->handle(server, source, events[i].events);
		}
	}
}
