/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings and ports without a hypervisor. A domain's port is its number and 100. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hypervisor.h"

struct hypervisor {
	int unused;
};

struct fake_domain fake_domains[FAKE_NR_DOMAINS];

struct hypervisor *fake_hypervisor(void)
{
	static struct hypervisor hypervisor;

	return &hypervisor;
}

struct fake_domain *fake_domain_create(uint16_t domid)
{
	struct fake_domain *domain = &fake_domains[domid];

	free(domain->ring);
	memset(domain, 0, sizeof(*domain));
	domain->state.exists = true;
	domain->ring = calloc(1, sizeof(*domain->ring));
	return domain;
}

void fake_reset(void)
{
	for (unsigned int i = 0; i < FAKE_NR_DOMAINS; i++)
		free(fake_domains[i].ring);
	memset(fake_domains, 0, sizeof(fake_domains));
}

struct hypervisor *hypervisor_open(int event_fd)
{
	(void)event_fd;
	return fake_hypervisor();
}

void hypervisor_close(struct hypervisor *hypervisor)
{
	(void)hypervisor;
}

int hypervisor_event_fd(const struct hypervisor *hypervisor)
{
	(void)hypervisor;
	return -1;
}

int hypervisor_next_event(struct hypervisor *hypervisor)
{
	(void)hypervisor;
	return -EAGAIN;
}

void hypervisor_unmask(struct hypervisor *hypervisor, int port)
{
	(void)hypervisor;
	(void)port;
}

int hypervisor_notify(struct hypervisor *hypervisor, int port)
{
	(void)hypervisor;
	if (port < 100 || port >= 100 + FAKE_NR_DOMAINS)
		return -EINVAL;
	fake_domains[port - 100].nr_notifications++;
	return 0;
}

int hypervisor_bind(struct hypervisor *hypervisor, uint16_t domid, uint32_t remote_port)
{
	(void)hypervisor;
	if (domid >= FAKE_NR_DOMAINS || remote_port > 50)
		return -EINVAL;
	fake_domains[domid].port = 100 + domid;
	return 100 + domid;
}

int hypervisor_bind_domain_exception(struct hypervisor *hypervisor)
{
	(void)hypervisor;
	return 1;
}

void hypervisor_unbind(struct hypervisor *hypervisor, int port)
{
	(void)hypervisor;
	fake_domains[port - 100].port = 0;
}

struct xenstore_domain_interface *hypervisor_map_ring(struct hypervisor *hypervisor, uint16_t domid)
{
	(void)hypervisor;
	errno = EINVAL;
	if (domid >= FAKE_NR_DOMAINS || !fake_domains[domid].ring)
		return NULL;
	fake_domains[domid].is_mapped = true;
	return fake_domains[domid].ring;
}

void hypervisor_unmap_ring(struct hypervisor *hypervisor, uint16_t domid,
			   struct xenstore_domain_interface *ring)
{
	(void)hypervisor;
	(void)ring;
	fake_domains[domid].is_mapped = false;
}

int hypervisor_kernel_port(struct hypervisor *hypervisor)
{
	(void)hypervisor;
	return 7;
}

void hypervisor_begin_states(struct hypervisor *hypervisor)
{
	(void)hypervisor;
}

void hypervisor_end_states(struct hypervisor *hypervisor)
{
	(void)hypervisor;
}

int hypervisor_domain_state(struct hypervisor *hypervisor, uint16_t domid,
			    struct hypervisor_domain_state *state)
{
	(void)hypervisor;
	memset(state, 0, sizeof(*state));
	if (domid < FAKE_NR_DOMAINS)
		*state = fake_domains[domid].state;
	return 0;
}
