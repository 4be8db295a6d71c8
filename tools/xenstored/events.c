/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pending event channels: a domain's ring, or the ends of domains. */
#include <sys/epoll.h>

#include "xenstored/domain.h"
#include "xenstored/events.h"

static struct source events = {.fd = -1};

static void events_handle(struct server *server, struct source *source, uint32_t ready)
{
	int port;

	(void)source;
	(void)ready;
	while ((port = hypervisor_next_event(server->hypervisor)) >= 0) {
		hypervisor_unmask(server->hypervisor, port);
		if (port == server->exception_port)
			domain_check_all(server);
		else
			domain_handle_event(server, port);
	}
}

int events_add(struct server *server)
{
	events = (struct source){.fd = hypervisor_event_fd(server->hypervisor),
				 .handle = events_handle};
	return loop_add(server, &events, EPOLLIN);
}
