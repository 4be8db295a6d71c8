/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of the peer's hypervisor; what no listing asks for is refused. */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "fake_xenstore.h"

struct peer peer;

static void add_domain(unsigned int n, const char *name, const char *uuid, uint32_t flags,
		       uint64_t mib, unsigned int vcpus, unsigned int most_vcpus)
{
	struct xen_domctl_getdomaininfo *info = &peer.domains[n];
	char path[64];

	*info = (struct xen_domctl_getdomaininfo){
		.domain = (domid_t)n,
		.flags = flags,
		.tot_pages = mib * 256,
		.max_pages = mib * 256 + 256,
		.nr_online_vcpus = vcpus,
		.max_vcpu_id = most_vcpus - 1,
	};
	uuid_parse(uuid, info->handle);
	snprintf(path, sizeof(path), "/local/domain/%u/name", n);
	fake_xenstore_set(path, name);
	peer.weights[n] = 256;
	peer.caps[n] = 0;
}

void peer_reset(void)
{
	fake_xenstore_reset();
	fake_xenstore_set("/local/pool/0/name", "Pool-0");
	add_domain(0, "Domain-0", "00000000-0000-0000-0000-000000000000", XEN_DOMINF_running, 768,
		   2, 2);
	add_domain(1, "g1", "f83c2ca2-517b-49cf-a42d-2f8b98947b76", XEN_DOMINF_blocked, 128, 2, 2);
	add_domain(2, "web2", "52aa0813-19d1-4f2c-930f-51aaf0111432", XEN_DOMINF_paused, 128, 1, 3);
}

static int refuse(void)
{
	errno = EOPNOTSUPP;
	return -1;
}

int ctl_open(struct ctl **out, struct failure *failure)
{
	(void)failure;
	*out = (struct ctl *)&peer;
	return 0;
}

void ctl_close(struct ctl *ctl)
{
	(void)ctl;
}

void *ctl_buffer_alloc(struct ctl *ctl, size_t bytes)
{
	(void)ctl;
	return calloc(1, bytes);
}

void ctl_buffer_free(struct ctl *ctl, void *buffer)
{
	(void)ctl;
	free(buffer);
}

int ctl_domain_info(struct ctl *ctl, uint32_t domid, struct xen_domctl_getdomaininfo *info)
{
	(void)ctl;
	errno = ESRCH;
	if (domid >= PEER_DOMAINS)
		return -1;
	*info = peer.domains[domid];
	return 0;
}

int ctl_domain_list_all(struct ctl *ctl, struct xen_domctl_getdomaininfo **list, uint32_t *count)
{
	(void)ctl;
	*count = PEER_DOMAINS;
	*list = malloc(sizeof(peer.domains));
	memcpy(*list, peer.domains, sizeof(peer.domains));
	return 0;
}

int ctl_domain_set_handle(struct ctl *ctl, uint32_t domid, const uint8_t handle[16])
{
	(void)ctl;
	(void)domid;
	(void)handle;
	return refuse();
}

int ctl_vcpu_info(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
		  struct xen_domctl_getvcpuinfo *info)
{
	/* In the order of the listing: CPU, state, tenths of seconds. */
	static const struct {
		uint8_t cpu, online, blocked, running;
		unsigned int tenths;
	} rows[PEER_DOMAINS][3] = {
		{{1, 1, 1, 0, 805}, {0, 1, 0, 1, 753}},
		{{1, 1, 1, 0, 280}, {1, 1, 1, 0, 139}},
		{{0, 1, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}},
	};

	(void)ctl;
	*info = (struct xen_domctl_getvcpuinfo){
		.online = rows[domid][vcpu].online,
		.blocked = rows[domid][vcpu].blocked,
		.running = rows[domid][vcpu].running,
		.cpu = rows[domid][vcpu].cpu,
		.cpu_time = rows[domid][vcpu].tenths * 100000000ULL,
	};
	return 0;
}

int ctl_vcpu_get_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes)
{
	(void)ctl;
	(void)domid;
	(void)vcpu;
	memset(hard, 0xff, bytes);
	memset(soft, 0xff, bytes);
	return 0;
}

int ctl_vcpu_set_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes)
{
	(void)ctl;
	(void)domid;
	(void)vcpu;
	(void)hard;
	(void)soft;
	(void)bytes;
	return refuse();
}

int ctl_vcpu_end_override(struct ctl *ctl, uint32_t domid, uint32_t vcpu)
{
	(void)ctl;
	(void)domid;
	(void)vcpu;
	return refuse();
}

int ctl_scheduler_domain(struct ctl *ctl, uint32_t domid, struct xen_domctl_scheduler_op *op)
{
	unsigned int n = 0;

	(void)ctl;
	while (peer.domains[n].domain != domid)
		n++;
	if (op->cmd == XEN_DOMCTL_SCHEDOP_putinfo)
		peer.weights[n] = op->u.credit.weight;
	op->u.credit.weight = (uint16_t)peer.weights[n];
	op->u.credit.cap = (uint16_t)peer.caps[n];
	return 0;
}

int ctl_scheduler_pool(struct ctl *ctl, struct xen_sysctl_scheduler_op *op)
{
	(void)ctl;
	op->u.sched_credit = (struct xen_sysctl_credit_schedule){.tslice_ms = 30,
								 .ratelimit_us = 1000};
	return 0;
}

int ctl_scheduler_id(struct ctl *ctl, uint32_t *id)
{
	(void)ctl;
	*id = XEN_SCHEDULER_CREDIT;
	return 0;
}

int ctl_pool_info(struct ctl *ctl, uint32_t id, struct ctl_pool *pool)
{
	(void)ctl;
	errno = ENOENT;
	if (id)
		return -1;
	*pool = (struct ctl_pool){
		.scheduler = XEN_SCHEDULER_CREDIT, .nr_domains = PEER_DOMAINS, .cpus = {3}};
	return 0;
}

int ctl_pool_free_cpus(struct ctl *ctl, uint8_t *cpus, size_t bytes)
{
	(void)ctl;
	memset(cpus, 0, bytes);
	return 0;
}

int ctl_pool_create(struct ctl *ctl, uint32_t scheduler, uint32_t *id)
{
	(void)ctl;
	(void)scheduler;
	(void)id;
	return refuse();
}

int ctl_pool_destroy(struct ctl *ctl, uint32_t id)
{
	(void)ctl;
	(void)id;
	return refuse();
}

int ctl_pool_remove_cpu(struct ctl *ctl, uint32_t id, uint32_t cpu)
{
	(void)ctl;
	(void)id;
	(void)cpu;
	return refuse();
}

int ctl_topology(struct ctl *ctl, struct xen_sysctl_cputopo **list, uint32_t *count)
{
	(void)ctl;
	*count = 2;
	*list = calloc(*count, sizeof(**list));
	(*list)[1].core = 1;
	return 0;
}

int ctl_numa(struct ctl *ctl, struct xen_sysctl_meminfo **nodes, uint32_t **distances,
	     uint32_t *count)
{
	(void)ctl;
	*count = 1;
	*nodes = calloc(1, sizeof(**nodes));
	**nodes = (struct xen_sysctl_meminfo){.memsize = 2047ULL << 20, .memfree = 1000ULL << 20};
	*distances = calloc(1, sizeof(**distances));
	**distances = 10;
	return 0;
}

int ctl_physical_info(struct ctl *ctl, struct xen_sysctl_physinfo *info)
{
	(void)ctl;
	*info = (struct xen_sysctl_physinfo){
		.threads_per_core = 1,
		.cores_per_socket = 2,
		.nr_cpus = 2,
		.max_cpu_id = 1,
		.nr_nodes = 1,
		.cpu_khz = 2299998,
		.capabilities = XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_hvm |
				XEN_SYSCTL_PHYSCAP_hap | XEN_SYSCTL_PHYSCAP_gnttab_v1 |
				XEN_SYSCTL_PHYSCAP_gnttab_v2,
		.total_pages = 2047 * 256,
		.free_pages = 1000 * 256,
		.hw_cap = {0x178bf3fd, 0xf6d83203, 0x24500800, 0x77, 0x5, 0x008801a9, 0, 0},
	};
	return 0;
}

int ctl_version(struct ctl *ctl, struct ctl_version *version)
{
	(void)ctl;
	*version = (struct ctl_version){
		.major = 4,
		.minor = 17,
		.extra = ".7",
		.compiler = "x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0",
		.compile_by = "pkg-xen-devel",
		.compile_domain = "lists.alioth.debian.org",
		.compile_date = "Wed Nov  4 16:52:28 UTC 2026",
		.capabilities = "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ",
		.command_line = "console=com1 com1=115200,8n1 dom0_mem=768M loglvl=all "
				"guest_loglvl=all noreboot sched=credit",
		.build_id = "151b373fd64b321593bf987fd923cd10dabadac4",
		.virt_start = 0xffff800000000000,
		.page_size = 4096,
	};
	return 0;
}
