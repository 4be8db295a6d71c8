/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters come from sysfs: vifDOMID.N of network interfaces, vbd-DOMID-N of back ends of disks.
 * What isn't there counts nothing.
 */
#include "tl/top_sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libdom/alloc.h"
#include "libdom/domain.h"

#define NETWORKS "/sys/class/net"
#define BACK_ENDS "/sys/bus/xen-backend/devices"

static uint64_t read_counter(const char *directory, const char *device, const char *name)
{
	unsigned long long value = 0;
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%.200s/statistics/%s", directory, device, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%llu", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

static struct top_domain *find_domain(const struct top_sample *sample, uint32_t domid)
{
	for (uint32_t n = 0; n < sample->count; n++)
		if (sample->domains[n].info.domain == domid)
			return &sample->domains[n];
	return NULL;
}

static void count_vif(struct top_sample *sample, const char *device)
{
	struct top_domain *domain;
	unsigned int domid, number;

	if (sscanf(device, "vif%u.%u", &domid, &number) != 2 ||
	    !(domain = find_domain(sample, domid)))
		return;
	domain->nr_vifs++;
	domain->sent_bytes += read_counter(NETWORKS, device, "rx_bytes");
	domain->received_bytes += read_counter(NETWORKS, device, "tx_bytes");
}

static void count_vbd(struct top_sample *sample, const char *device)
{
	struct top_domain *domain;
	unsigned int domid, number;

	if (sscanf(device, "vbd-%u-%u", &domid, &number) != 2 ||
	    !(domain = find_domain(sample, domid)))
		return;
	domain->nr_vbds++;
	domain->stalls += read_counter(BACK_ENDS, device, "oo_req");
	domain->reads += read_counter(BACK_ENDS, device, "rd_req");
	domain->writes += read_counter(BACK_ENDS, device, "wr_req");
	domain->read_sectors += read_counter(BACK_ENDS, device, "rd_sect");
	domain->written_sectors += read_counter(BACK_ENDS, device, "wr_sect");
}

static void count_devices(struct top_sample *sample, const char *path,
			  void (*count)(struct top_sample *sample, const char *device))
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		count(sample, entry->d_name);
	closedir(directory);
}

static double share(const struct top_sample *before, const struct top_sample *sample,
		    const struct top_domain *domain)
{
	const struct top_domain *then = before ? find_domain(before, domain->info.domain) : NULL;
	int64_t elapsed = before ? sample->taken_ns - before->taken_ns : 0;

	if (!then || elapsed <= 0 || then->info.cpu_time > domain->info.cpu_time)
		return 0;
	return 100.0 * (double)(domain->info.cpu_time - then->info.cpu_time) / (double)elapsed;
}

int top_sample_take(struct ctl *ctl, struct store *store, const struct top_sample *before,
		    struct top_sample *sample)
{
	struct xen_domctl_getdomaininfo *list;
	struct timespec now;

	*sample = (struct top_sample){0};
	if (ctl_physical_info(ctl, &sample->machine) ||
	    ctl_domain_list_all(ctl, &list, &sample->count))
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->taken_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	sample->domains = alloc_zeroed(sample->count, sizeof(*sample->domains));
	for (uint32_t n = 0; n < sample->count; n++) {
		struct top_domain *domain = &sample->domains[n];

		domain->info = list[n];
		domain->name = domain_name(store, list[n].domain);
		domain->cpu_percent = share(before, sample, domain);
	}
	free(list);
	count_devices(sample, NETWORKS, count_vif);
	count_devices(sample, BACK_ENDS, count_vbd);
	return 0;
}

void top_sample_free(struct top_sample *sample)
{
	for (uint32_t n = 0; n < sample->count; n++)
		free(sample->domains[n].name);
	free(sample->domains);
	*sample = (struct top_sample){0};
}
