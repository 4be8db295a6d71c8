/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor's side through dom0's devices: evtchn, gntdev, xenbus_backend, hypercall. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xencall.h>
#include <xenevtchn.h>
#include <xengnttab.h>
#include <xen/domctl.h>
#include <xen/grant_table.h>
#include <xen/sysctl.h>

#include "xenstored/hypervisor_side.h"
#include "xenstored/log.h"

#define PAGE_BYTES 4096
#define KERNEL_DEVICE "/dev/xen/xenbus_backend"
#define KERNEL_PORT _IOC(_IOC_NONE, 'B', 0, 0) /* IOCTL_XENBUS_BACKEND_EVTCHN */

#define NR_LISTED 32

/* Arguments of hypercalls, in locked memory. */
struct call_memory {
	struct xen_domctl domctl;
	struct xen_sysctl sysctl;
	struct xen_domctl_getdomaininfo list[NR_LISTED];
};

struct listed {
	uint32_t domid, flags;
};

struct hypervisor {
	xenevtchn_handle *events;
	xengnttab_handle *grants;
	xencall_handle *calls;
	struct call_memory *memory;
	/* All domains by number, between begin and end of states. */
	struct listed *listed;
	size_t nr_listed;
	bool has_listed;
};

static int open_events(struct hypervisor *hypervisor, int event_fd)
{
	hypervisor->events = event_fd < 0 ? xenevtchn_open(NULL, XENEVTCHN_NO_CLOEXEC)
					  : xenevtchn_fdopen(NULL, event_fd, 0);
	return hypervisor->events ? 0 : -1;
}

static int open_calls(struct hypervisor *hypervisor)
{
	hypervisor->calls = xencall_open(NULL, 0);
	if (!hypervisor->calls)
		return -1;
	hypervisor->memory = xencall_alloc_buffer(hypervisor->calls, sizeof(*hypervisor->memory));
	return hypervisor->memory ? 0 : -1;
}

struct hypervisor *hypervisor_open(int event_fd)
{
	struct hypervisor *hypervisor = calloc(1, sizeof(*hypervisor));
	const char *device = NULL;

	if (!hypervisor)
		return NULL;
	if (open_events(hypervisor, event_fd))
		device = "evtchn";
	else if (!(hypervisor->grants = xengnttab_open(NULL, 0)))
		device = "gntdev";
	else if (open_calls(hypervisor))
		device = "hypercall";
	if (!device)
		return hypervisor;
	log_error("/dev/xen/%s cannot be opened: %s; is this dom0, and is the driver there? "
		  "(--no-hypervisor serves local programs only)",
		  device, strerror(errno));
	hypervisor_close(hypervisor);
	return NULL;
}

void hypervisor_close(struct hypervisor *hypervisor)
{
	if (!hypervisor)
		return;
	if (hypervisor->memory)
		xencall_free_buffer(hypervisor->calls, hypervisor->memory);
	if (hypervisor->calls)
		xencall_close(hypervisor->calls);
	if (hypervisor->grants)
		xengnttab_close(hypervisor->grants);
	if (hypervisor->events)
		xenevtchn_close(hypervisor->events);
	free(hypervisor);
}

int hypervisor_event_fd(const struct hypervisor *hypervisor)
{
	return xenevtchn_fd(hypervisor->events);
}

/* The library's call may block, whatever the descriptor's mode. */
int hypervisor_next_event(struct hypervisor *hypervisor)
{
	struct pollfd fd = {.fd = xenevtchn_fd(hypervisor->events), .events = POLLIN};

	if (poll(&fd, 1, 0) != 1 || !(fd.revents & POLLIN))
		return -EAGAIN;
	return xenevtchn_pending(hypervisor->events);
}

void hypervisor_unmask(struct hypervisor *hypervisor, int port)
{
	xenevtchn_unmask(hypervisor->events, (evtchn_port_t)port);
}

int hypervisor_notify(struct hypervisor *hypervisor, int port)
{
	return xenevtchn_notify(hypervisor->events, (evtchn_port_t)port) ? -errno : 0;
}

int hypervisor_bind(struct hypervisor *hypervisor, uint16_t domid, uint32_t remote_port)
{
	int port = xenevtchn_bind_interdomain(hypervisor->events, domid, remote_port);

	return port < 0 ? -errno : port;
}

int hypervisor_bind_domain_exception(struct hypervisor *hypervisor)
{
	int port = xenevtchn_bind_virq(hypervisor->events, VIRQ_DOM_EXC);

	return port < 0 ? -errno : port;
}

void hypervisor_unbind(struct hypervisor *hypervisor, int port)
{
	xenevtchn_unbind(hypervisor->events, (evtchn_port_t)port);
}

static struct xenstore_domain_interface *map_kernel_ring(void)
{
	int fd = open(KERNEL_DEVICE, O_RDWR | O_CLOEXEC);
	void *page;

	if (fd < 0)
		return NULL;
	page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

struct xenstore_domain_interface *hypervisor_map_ring(struct hypervisor *hypervisor, uint16_t domid)
{
	if (!domid)
		return map_kernel_ring();
	return xengnttab_map_grant_ref(hypervisor->grants, domid, GNTTAB_RESERVED_XENSTORE,
				       PROT_READ | PROT_WRITE);
}

void hypervisor_unmap_ring(struct hypervisor *hypervisor, uint16_t domid,
			   struct xenstore_domain_interface *ring)
{
	if (!domid)
		munmap(ring, PAGE_BYTES);
	else
		xengnttab_unmap(hypervisor->grants, ring, 1);
}

int hypervisor_kernel_port(struct hypervisor *hypervisor)
{
	int fd = open(KERNEL_DEVICE, O_RDWR | O_CLOEXEC);
	int port;

	(void)hypervisor;
	if (fd < 0)
		return -errno;
	port = ioctl(fd, KERNEL_PORT, 0);
	if (port < 0)
		port = -errno;
	close(fd);
	return port;
}

/* The next domains from first on into the locked list; how many, or negative errno. */
static int list_some(struct hypervisor *hypervisor, uint32_t first)
{
	struct xen_sysctl *op = &hypervisor->memory->sysctl;

	memset(op, 0, sizeof(*op));
	op->cmd = XEN_SYSCTL_getdomaininfolist;
	op->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
	op->u.getdomaininfolist.first_domain = (domid_t)first;
	op->u.getdomaininfolist.max_domains = NR_LISTED;
	set_xen_guest_handle(op->u.getdomaininfolist.buffer, hypervisor->memory->list);
	if (xencall1(hypervisor->calls, __HYPERVISOR_sysctl, (unsigned long)op))
		return -errno;
	return (int)op->u.getdomaininfolist.num_domains;
}

static int keep_listed(struct hypervisor *hypervisor, size_t nr)
{
	struct listed *grown = reallocarray(hypervisor->listed, hypervisor->nr_listed + nr,
					    sizeof(*hypervisor->listed));

	if (!grown)
		return -ENOMEM;
	hypervisor->listed = grown;
	for (size_t i = 0; i < nr; i++)
		grown[hypervisor->nr_listed++] = (struct listed){hypervisor->memory->list[i].domain,
								 hypervisor->memory->list[i].flags};
	return 0;
}

void hypervisor_begin_states(struct hypervisor *hypervisor)
{
	uint32_t first = 0;
	int nr;

	hypervisor->nr_listed = 0;
	do {
		nr = list_some(hypervisor, first);
		if (nr < 0 || keep_listed(hypervisor, (size_t)nr))
			return;
		if (nr)
			first = hypervisor->listed[hypervisor->nr_listed - 1].domid + 1;
	} while (nr == NR_LISTED);
	hypervisor->has_listed = true;
}

void hypervisor_end_states(struct hypervisor *hypervisor)
{
	free(hypervisor->listed);
	hypervisor->listed = NULL;
	hypervisor->has_listed = false;
}

static int compare_listed(const void *key, const void *element)
{
	uint32_t domid = *(const uint32_t *)key;
	uint32_t other = ((const struct listed *)element)->domid;

	return (domid > other) - (domid < other);
}

/* 1 with its flags, 0 if there is none, negative errno. */
static int find_domain(struct hypervisor *hypervisor, uint32_t domid, uint32_t *flags)
{
	struct xen_domctl *op = &hypervisor->memory->domctl;
	const struct listed *found;

	if (hypervisor->has_listed) {
		found = bsearch(&domid, hypervisor->listed, hypervisor->nr_listed,
				sizeof(*hypervisor->listed), compare_listed);
		*flags = found ? found->flags : 0;
		return found != NULL;
	}
	memset(op, 0, sizeof(*op));
	op->cmd = XEN_DOMCTL_getdomaininfo;
	op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	op->domain = (domid_t)domid;
	if (xencall1(hypervisor->calls, __HYPERVISOR_domctl, (unsigned long)op))
		return errno == ESRCH ? 0 : -errno;
	*flags = op->u.getdomaininfo.flags;
	return op->domain == domid;
}

int hypervisor_domain_state(struct hypervisor *hypervisor, uint16_t domid,
			    struct hypervisor_domain_state *state)
{
	uint32_t flags = 0;
	int found = find_domain(hypervisor, domid, &flags);

	if (found < 0)
		return found;
	state->exists = found;
	state->is_dying = found && (flags & XEN_DOMINF_dying);
	state->is_shut_down = found && (flags & XEN_DOMINF_shutdown);
	return 0;
}
