/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine and the hypervisor itself: versions, topology, memory of nodes, console.
 */
#include "libctl/handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xen/version.h>

#define BUILD_ID_BYTES 20

static int ctl_version_part(struct ctl *ctl, unsigned int cmd, void *to, size_t bytes)
{
	memset(ctl->argument, 0, bytes);
	if (xencall2(ctl->call, __HYPERVISOR_xen_version, cmd, (uintptr_t)ctl->argument) < 0)
		return -1;
	memcpy(to, ctl->argument, bytes);
	return 0;
}

/* Not every build has one: then the text is empty. */
static void ctl_version_build_id(struct ctl *ctl, char text[41])
{
	struct xen_build_id *id = ctl->argument;
	int length;

	text[0] = '\0';
	memset(id, 0, sizeof(*id) + BUILD_ID_BYTES);
	id->len = BUILD_ID_BYTES;
	length = xencall2(ctl->call, __HYPERVISOR_xen_version, XENVER_build_id, (uintptr_t)id);
	for (int i = 0; i < length && i < BUILD_ID_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", id->buf[i]);
}

int ctl_version(struct ctl *ctl, struct ctl_version *version)
{
	struct xen_compile_info compile = {0};
	const struct {
		unsigned int cmd;
		void *to;
		size_t bytes;
	} parts[] = {
		{XENVER_extraversion, version->extra, sizeof(version->extra)},
		{XENVER_changeset, version->changeset, sizeof(version->changeset)},
		{XENVER_compile_info, &compile, sizeof(compile)},
		{XENVER_capabilities, version->capabilities, sizeof(version->capabilities)},
		{XENVER_commandline, version->command_line, sizeof(version->command_line)},
		{XENVER_platform_parameters, &version->virt_start, sizeof(version->virt_start)},
	};
	int number = xencall2(ctl->call, __HYPERVISOR_xen_version, XENVER_version, 0);
	int page_size = xencall2(ctl->call, __HYPERVISOR_xen_version, XENVER_pagesize, 0);

	if (number < 0 || page_size < 0)
		return -1;
	memset(version, 0, sizeof(*version));
	version->major = (unsigned int)number >> 16;
	version->minor = number & 0xffff;
	version->page_size = page_size;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (ctl_version_part(ctl, parts[i].cmd, parts[i].to, parts[i].bytes))
			return -1;
	memcpy(version->compiler, compile.compiler, sizeof(version->compiler));
	memcpy(version->compile_by, compile.compile_by, sizeof(version->compile_by));
	memcpy(version->compile_domain, compile.compile_domain, sizeof(version->compile_domain));
	memcpy(version->compile_date, compile.compile_date, sizeof(version->compile_date));
	ctl_version_build_id(ctl, version->build_id);
	return 0;
}

int ctl_physical_info(struct ctl *ctl, struct xen_sysctl_physinfo *info)
{
	struct xen_sysctl op = {0};

	if (ctl_sysctl(ctl, XEN_SYSCTL_physinfo, &op))
		return -1;
	*info = op.u.physinfo;
	return 0;
}

int ctl_topology(struct ctl *ctl, struct xen_sysctl_cputopo **list, uint32_t *count)
{
	struct xen_sysctl op = {0};
	struct xen_sysctl_cputopo *bounce;
	size_t bytes;

	/* No buffer: the number of them. */
	if (ctl_sysctl(ctl, XEN_SYSCTL_cputopoinfo, &op))
		return -1;
	bytes = op.u.cputopoinfo.num_cpus * sizeof(*bounce);
	bounce = ctl_bounce(ctl, bytes);
	if (!bounce)
		return -1;
	op.u.cputopoinfo.cputopo.p = bounce;
	if (ctl_sysctl(ctl, XEN_SYSCTL_cputopoinfo, &op))
		return -1;
	*list = malloc(bytes + 1);
	if (!*list)
		return -1;
	memcpy(*list, bounce, bytes);
	*count = bytes / sizeof(*bounce);
	if (op.u.cputopoinfo.num_cpus < *count)
		*count = op.u.cputopoinfo.num_cpus;
	return 0;
}

/* Copies of what the hypervisor wrote: nodes, then a square of distances. */
static int ctl_numa_copy(const struct xen_sysctl_meminfo *bounce, uint32_t count,
			 struct xen_sysctl_meminfo **nodes, uint32_t **distances)
{
	size_t square = (size_t)count * count * sizeof(uint32_t);

	*nodes = malloc(count * sizeof(**nodes) + 1);
	*distances = malloc(square + 1);
	if (!*nodes || !*distances) {
		free(*nodes);
		free(*distances);
		errno = ENOMEM;
		return -1;
	}
	memcpy(*nodes, bounce, count * sizeof(**nodes));
	memcpy(*distances, bounce + count, square);
	return 0;
}

int ctl_numa(struct ctl *ctl, struct xen_sysctl_meminfo **nodes, uint32_t **distances,
	     uint32_t *count)
{
	struct xen_sysctl op = {0};
	struct xen_sysctl_meminfo *bounce;
	uint32_t nr;

	if (ctl_sysctl(ctl, XEN_SYSCTL_numainfo, &op))
		return -1;
	nr = op.u.numainfo.num_nodes;
	if (nr > 256) {
		errno = E2BIG;
		return -1;
	}
	bounce = ctl_bounce(ctl, nr * sizeof(*bounce) + (size_t)nr * nr * sizeof(uint32_t));
	if (!bounce)
		return -1;
	op.u.numainfo.meminfo.p = bounce;
	op.u.numainfo.distance.p = (uint32_t *)(bounce + nr);
	if (ctl_sysctl(ctl, XEN_SYSCTL_numainfo, &op))
		return -1;
	*count = nr;
	return ctl_numa_copy(bounce, nr, nodes, distances);
}

int ctl_cpu_info(struct ctl *ctl, struct xen_sysctl_cpuinfo *list, uint32_t *count)
{
	struct xen_sysctl op = {.u.getcpuinfo = {.max_cpus = *count}};
	struct xen_sysctl_cpuinfo *bounce = ctl_bounce(ctl, *count * sizeof(*list));

	if (!bounce)
		return -1;
	op.u.getcpuinfo.info.p = bounce;
	if (ctl_sysctl(ctl, XEN_SYSCTL_getcpuinfo, &op))
		return -1;
	if (op.u.getcpuinfo.nr_cpus < *count)
		*count = op.u.getcpuinfo.nr_cpus;
	memcpy(list, bounce, *count * sizeof(*list));
	return 0;
}

int ctl_console_read(struct ctl *ctl, char *buffer, uint32_t *bytes, bool clear, bool incremental,
		     uint32_t *index)
{
	struct xen_sysctl op = {.u.readconsole = {.clear = clear,
						  .incremental = incremental,
						  .index = *index,
						  .count = *bytes}};
	char *bounce = ctl_bounce(ctl, *bytes);

	if (!bounce)
		return -1;
	op.u.readconsole.buffer.p = bounce;
	if (ctl_sysctl(ctl, XEN_SYSCTL_readconsole, &op))
		return -1;
	if (op.u.readconsole.count < *bytes)
		*bytes = op.u.readconsole.count;
	memcpy(buffer, bounce, *bytes);
	*index = op.u.readconsole.index;
	return 0;
}

int ctl_debug_keys(struct ctl *ctl, const char *keys)
{
	struct xen_sysctl op = {.u.debug_keys = {.nr_keys = strlen(keys)}};

	op.u.debug_keys.keys.p = ctl_bounce_copy(ctl, keys, strlen(keys));
	if (!op.u.debug_keys.keys.p)
		return -1;
	return ctl_sysctl(ctl, XEN_SYSCTL_debug_keys, &op);
}
