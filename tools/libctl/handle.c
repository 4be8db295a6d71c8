/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening and closing, locked memory, and the two control hypercalls as they are.
 */
#include "libctl/handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xentoollog.h>

#define PRIVCMD "/dev/xen/privcmd"
#define EFAULT_TRIES 3
#define BOUNCE_LEAST 4096

/* The libraries write to standard error themselves unless they are given a logger; here errors go
 * up as struct failure. */
static void logger_message(struct xentoollog_logger *logger, xentoollog_level level, int error,
			   const char *context, const char *format, va_list arguments)
{
	(void)logger, (void)level, (void)error, (void)context, (void)format, (void)arguments;
}

static void logger_progress(struct xentoollog_logger *logger, const char *context,
			    const char *doing_what, int percent, unsigned long done,
			    unsigned long total)
{
	(void)logger, (void)context, (void)doing_what, (void)percent, (void)done, (void)total;
}

static void logger_destroy(struct xentoollog_logger *logger)
{
	(void)logger;
}

static struct xentoollog_logger silent = {
	.vmessage = logger_message,
	.progress = logger_progress,
	.destroy = logger_destroy,
};

static int ctl_open_devices(struct ctl *ctl)
{
	if (access(PRIVCMD, R_OK | W_OK))
		return -1;
	ctl->call = xencall_open(&silent, XENCALL_OPENFLAG_NON_REENTRANT);
	if (!ctl->call)
		return -1;
	ctl->memory = xenforeignmemory_open(&silent, 0);
	if (!ctl->memory)
		return -1;
	ctl->argument = xencall_alloc_buffer(ctl->call, BOUNCE_LEAST);
	if (!ctl->argument)
		return -1;
	ctl->may_fault = !xencall_buffers_never_fault(ctl->call);
	return 0;
}

/* EACCES of a call that needs no permission but dom0's means another interface version. */
static int ctl_compare_versions(struct ctl *ctl, struct failure *failure)
{
	struct xen_sysctl sysctl = {0};
	struct xen_domctl domctl = {.u.getdomaininfo = {0}};
	struct ctl_version version;
	char cause[400];
	const char *which = "sysctl";
	unsigned int wanted = XEN_SYSCTL_INTERFACE_VERSION;

	if (!ctl_sysctl(ctl, XEN_SYSCTL_sched_id, &sysctl) || errno != EACCES) {
		which = "domctl";
		wanted = XEN_DOMCTL_INTERFACE_VERSION;
		if (!ctl_domctl(ctl, XEN_DOMCTL_getdomaininfo, 0, &domctl) || errno != EACCES)
			return 0;
	}
	if (ctl_version(ctl, &version))
		memset(&version, 0, sizeof(version));
	snprintf(cause, sizeof(cause), "version %u.%u%s does not speak %s interface 0x%x",
		 version.major, version.minor, version.extra, which, wanted);
	failure_set(failure, FAILURE_REFUSED, "opening the control interface", "the hypervisor",
		    cause, "use the tools that were built for it");
	failure->error = EACCES;
	return -1;
}

int ctl_open(struct ctl **out, struct failure *failure)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));

	if (!ctl)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM,
					 "opening the control interface", PRIVCMD, "");
	if (ctl_open_devices(ctl)) {
		int error = errno;

		ctl_close(ctl);
		return failure_set_errno(failure, FAILURE_REFUSED, error,
					 "opening the control interface", PRIVCMD,
					 error == ENOENT ? "run this in dom0 under the hypervisor"
							 : "run this as root in dom0");
	}
	if (ctl_compare_versions(ctl, failure)) {
		ctl_close(ctl);
		return -1;
	}
	*out = ctl;
	return 0;
}

void ctl_close(struct ctl *ctl)
{
	if (!ctl)
		return;
	if (ctl->bounce)
		xencall_free_buffer(ctl->call, ctl->bounce);
	if (ctl->argument)
		xencall_free_buffer(ctl->call, ctl->argument);
	if (ctl->memory)
		xenforeignmemory_close(ctl->memory);
	if (ctl->call)
		xencall_close(ctl->call);
	free(ctl);
}

void *ctl_buffer_alloc(struct ctl *ctl, size_t bytes)
{
	return xencall_alloc_buffer(ctl->call, bytes);
}

void ctl_buffer_free(struct ctl *ctl, void *buffer)
{
	if (buffer)
		xencall_free_buffer(ctl->call, buffer);
}

void *ctl_bounce(struct ctl *ctl, size_t bytes)
{
	size_t wanted = bytes < BOUNCE_LEAST ? BOUNCE_LEAST : bytes;

	if (wanted <= ctl->bounce_bytes)
		return ctl->bounce;
	if (ctl->bounce)
		xencall_free_buffer(ctl->call, ctl->bounce);
	ctl->bounce_bytes = 0;
	ctl->bounce = xencall_alloc_buffer(ctl->call, wanted);
	if (!ctl->bounce) {
		errno = ENOMEM;
		return NULL;
	}
	ctl->bounce_bytes = wanted;
	return ctl->bounce;
}

void *ctl_bounce_copy(struct ctl *ctl, const void *from, size_t bytes)
{
	void *bounce = ctl_bounce(ctl, bytes);

	if (bounce && bytes)
		memcpy(bounce, from, bytes);
	return bounce;
}

/* One control hypercall on the argument page, copied there and back. */
static int ctl_call(struct ctl *ctl, unsigned int number, void *structure, size_t bytes)
{
	int rc, error, tries = EFAULT_TRIES;

	do {
		memcpy(ctl->argument, structure, bytes);
		rc = xencall1(ctl->call, number, (uintptr_t)ctl->argument);
	} while (rc < 0 && errno == EFAULT && ctl->may_fault && --tries);
	error = errno;
	memcpy(structure, ctl->argument, bytes);
	errno = error;
	return rc < 0 ? -1 : 0;
}

int ctl_domctl(struct ctl *ctl, uint32_t cmd, uint32_t domid, struct xen_domctl *op)
{
	op->cmd = cmd;
	op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	op->domain = domid;
	return ctl_call(ctl, __HYPERVISOR_domctl, op, sizeof(*op));
}

int ctl_sysctl(struct ctl *ctl, uint32_t cmd, struct xen_sysctl *op)
{
	op->cmd = cmd;
	op->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
	return ctl_call(ctl, __HYPERVISOR_sysctl, op, sizeof(*op));
}

long ctl_memory_call(struct ctl *ctl, unsigned int cmd, void *structure, size_t bytes)
{
	long rc;
	int error;

	memcpy(ctl->argument, structure, bytes);
	rc = xencall2L(ctl->call, __HYPERVISOR_memory_op, cmd, (uintptr_t)ctl->argument);
	error = errno;
	memcpy(structure, ctl->argument, bytes);
	errno = error;
	return rc;
}
