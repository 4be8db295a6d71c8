/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_xen.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_BUFFERS 16

struct fake_xen fake_xen;

static struct {
	uint8_t *at;
	size_t bytes;
} buffers[MAX_BUFFERS];

bool fake_xen_is_buffer(const void *address, size_t bytes)
{
	const uint8_t *at = address;

	for (int i = 0; i < MAX_BUFFERS; i++)
		if (buffers[i].at && at >= buffers[i].at &&
		    at + bytes <= buffers[i].at + buffers[i].bytes)
			return true;
	return false;
}

void *xencall_alloc_buffer(xencall_handle *handle, size_t size)
{
	int i = 0;

	if (fake_xen.no_buffers)
		return NULL;
	while (buffers[i].at)
		i++;
	buffers[i].at = malloc(size);
	buffers[i].bytes = size;
	/* What the hypervisor does not fill is not to be believed. */
	memset(buffers[i].at, 0xa5, size);
	fake_xen.nr_buffers++;
	return buffers[i].at;
}

void xencall_free_buffer(xencall_handle *handle, void *buffer)
{
	for (int i = 0; i < MAX_BUFFERS; i++) {
		if (buffers[i].at != buffer)
			continue;
		buffers[i].at = NULL;
		free(buffer);
		fake_xen.nr_buffers--;
		return;
	}
	fail_msg("a buffer is freed that is none");
}

static long answer(unsigned int op)
{
	uintptr_t last = op == __HYPERVISOR_domctl || op == __HYPERVISOR_sysctl
				 ? fake_xen.arguments[0]
				 : fake_xen.arguments[1];

	fake_xen.nr_calls++;
	fake_xen.op = op;
	if (op == __HYPERVISOR_domctl)
		memcpy(&fake_xen.domctl, (void *)last, sizeof(fake_xen.domctl));
	if (op == __HYPERVISOR_sysctl)
		memcpy(&fake_xen.sysctl, (void *)last, sizeof(fake_xen.sysctl));
	if (fake_xen.failing_calls) {
		fake_xen.failing_calls--;
		errno = fake_xen.error;
		return -1;
	}
	if (fake_xen.handle)
		fake_xen.handle((void *)last);
	if (fake_xen.answer < 0) {
		errno = (int)-fake_xen.answer;
		return -1;
	}
	return fake_xen.answer;
}

int xencall1(xencall_handle *handle, unsigned int op, uint64_t a)
{
	fake_xen.arguments[0] = a;
	return (int)answer(op);
}

int xencall2(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b)
{
	fake_xen.arguments[0] = a;
	fake_xen.arguments[1] = b;
	return (int)answer(op);
}

long xencall2L(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b)
{
	fake_xen.arguments[0] = a;
	fake_xen.arguments[1] = b;
	return answer(op);
}

int xencall4(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b, uint64_t c,
	     uint64_t d)
{
	fake_xen.arguments[0] = a;
	fake_xen.arguments[1] = b;
	fake_xen.arguments[2] = c;
	fake_xen.arguments[3] = d;
	return (int)answer(op);
}

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned int flags)
{
	return NULL;
}

int xencall_close(xencall_handle *handle)
{
	return 0;
}

int xencall_buffers_never_fault(xencall_handle *handle)
{
	return !fake_xen.buffers_fault;
}

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned int flags)
{
	return NULL;
}

int xenforeignmemory_close(xenforeignmemory_handle *handle)
{
	return 0;
}

void *xenforeignmemory_map(xenforeignmemory_handle *handle, uint32_t domid, int protection,
			   size_t pages, const xen_pfn_t *frames, int *errors)
{
	fake_xen.mapped_pages += pages;
	fake_xen.errors = errors;
	return &fake_xen;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *handle, void *address, size_t pages)
{
	fake_xen.mapped_pages -= pages;
	return 0;
}

xenforeignmemory_resource_handle *xenforeignmemory_map_resource(
	xenforeignmemory_handle *handle, domid_t domid, unsigned int type, unsigned int id,
	unsigned long first, unsigned long frames, void **address, int protection, int flags)
{
	fake_xen.arguments[0] = type;
	fake_xen.arguments[1] = id;
	fake_xen.mapped_pages += frames;
	*address = &fake_xen;
	return fake_xen.answer < 0 ? NULL : (xenforeignmemory_resource_handle *)&fake_xen;
}

int xenforeignmemory_unmap_resource(xenforeignmemory_handle *handle,
				    xenforeignmemory_resource_handle *resource)
{
	fake_xen.mapped_pages = 0;
	return 0;
}

struct ctl *fake_xen_open(void)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));

	memset(&fake_xen, 0, sizeof(fake_xen));
	ctl->call = (xencall_handle *)&fake_xen;
	ctl->memory = (xenforeignmemory_handle *)&fake_xen;
	ctl->argument = xencall_alloc_buffer(ctl->call, 4096);
	return ctl;
}

void fake_xen_close(struct ctl *ctl)
{
	ctl_close(ctl);
	assert_int_equal(fake_xen.nr_buffers, 0);
}
