/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * info: the machine and its hypervisor, in xl's order and words, or as JSON.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "tl/command.h"

enum { OPTION_NUMA };

static const struct command_option options[] = {
	[OPTION_NUMA] = {'n', "numa", NULL, "CPUs and memory by node as well"},
	{0, NULL, NULL, NULL},
};

struct machine {
	struct utsname kernel;
	struct xen_sysctl_physinfo physical;
	struct ctl_version version;
	uint32_t scheduler, nr_free_cpus;
	struct xen_sysctl_cputopo *cpus;
	struct xen_sysctl_meminfo *nodes;
	uint32_t *distances;
	uint32_t nr_cpus, nr_nodes;
};

/* A line of the first or last part: its JSON name is its printed one. */
struct fact {
	const char *name;
	char text[1056];
	bool is_number;
};

#define FACTS_MAX 40

struct facts {
	struct fact list[FACTS_MAX];
	unsigned int count;
};

static void __attribute__((format(printf, 4, 5)))
add(struct facts *facts, const char *name, bool is_number, const char *format, ...)
{
	struct fact *fact = &facts->list[facts->count++];
	va_list arguments;

	fact->name = name;
	fact->is_number = is_number;
	va_start(arguments, format);
	vsnprintf(fact->text, sizeof(fact->text), format, arguments);
	va_end(arguments);
}

static const char *const scheduler_names[] = {
	[XEN_SCHEDULER_CREDIT] = "credit",     [XEN_SCHEDULER_CREDIT2] = "credit2",
	[XEN_SCHEDULER_ARINC653] = "arinc653", [XEN_SCHEDULER_RTDS] = "rtds",
	[XEN_SCHEDULER_NULL] = "null",
};

static const char *scheduler_name(uint32_t id)
{
	bool known = id < sizeof(scheduler_names) / sizeof(scheduler_names[0]);

	return known && scheduler_names[id] ? scheduler_names[id] : "unknown";
}

/* In the order of the published capability bits. */
static const struct {
	uint32_t bit;
	const char *word;
} capability_words[] = {
	{XEN_SYSCTL_PHYSCAP_pv, "pv"},
	{XEN_SYSCTL_PHYSCAP_hvm, "hvm"},
	{XEN_SYSCTL_PHYSCAP_hap, "hap"},
	{XEN_SYSCTL_PHYSCAP_shadow, "shadow"},
	{XEN_SYSCTL_PHYSCAP_directio, "hvm_directio"},
	{XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share, "iommu_hap_pt_share"},
	{XEN_SYSCTL_PHYSCAP_vmtrace, "vmtrace"},
	{XEN_SYSCTL_PHYSCAP_vpmu, "vpmu"},
	{XEN_SYSCTL_PHYSCAP_gnttab_v1, "gnttab-v1"},
	{XEN_SYSCTL_PHYSCAP_gnttab_v2, "gnttab-v2"},
};

static void format_capabilities(uint32_t bits, char *text, size_t bytes)
{
	text[0] = '\0';
	for (size_t n = 0; n < sizeof(capability_words) / sizeof(capability_words[0]); n++) {
		size_t used = strlen(text);

		if (bits & capability_words[n].bit)
			snprintf(text + used, bytes - used, "%s%s", used ? " " : "",
				 capability_words[n].word);
	}
}

static uint64_t pages_to_mib(uint64_t pages)
{
	return pages >> 8;
}

static void add_processors(struct facts *facts, const struct machine *machine)
{
	const struct xen_sysctl_physinfo *physical = &machine->physical;
	const uint32_t *caps = physical->hw_cap;
	char words[160];

	add(facts, "host", false, "%s", machine->kernel.nodename);
	add(facts, "release", false, "%s", machine->kernel.release);
	add(facts, "version", false, "%s", machine->kernel.version);
	add(facts, "machine", false, "%s", machine->kernel.machine);
	add(facts, "nr_cpus", true, "%u", physical->nr_cpus);
	add(facts, "max_cpu_id", true, "%u", physical->max_cpu_id);
	add(facts, "nr_nodes", true, "%u", physical->nr_nodes);
	add(facts, "cores_per_socket", true, "%u", physical->cores_per_socket);
	add(facts, "threads_per_core", true, "%u", physical->threads_per_core);
	add(facts, "cpu_mhz", true, "%u.%03u", physical->cpu_khz / 1000, physical->cpu_khz % 1000);
	add(facts, "hw_caps", false, "%08x:%08x:%08x:%08x:%08x:%08x:%08x:%08x", caps[0], caps[1],
	    caps[2], caps[3], caps[4], caps[5], caps[6], caps[7]);
	format_capabilities(physical->capabilities, words, sizeof(words));
	add(facts, "virt_caps", false, "%s", words);
}

static void add_memory(struct facts *facts, const struct machine *machine)
{
	const struct xen_sysctl_physinfo *physical = &machine->physical;

	add(facts, "total_memory", true, "%llu",
	    (unsigned long long)pages_to_mib(physical->total_pages));
	add(facts, "free_memory", true, "%llu",
	    (unsigned long long)pages_to_mib(physical->free_pages - physical->outstanding_pages));
	add(facts, "sharing_freed_memory", true, "0");
	add(facts, "sharing_used_memory", true, "0");
	add(facts, "outstanding_claims", true, "%llu",
	    (unsigned long long)pages_to_mib(physical->outstanding_pages));
	add(facts, "free_cpus", true, "%u", machine->nr_free_cpus);
}

static void add_hypervisor(struct facts *facts, const struct machine *machine)
{
	const struct ctl_version *version = &machine->version;

	add(facts, "xen_major", true, "%u", version->major);
	add(facts, "xen_minor", true, "%u", version->minor);
	add(facts, "xen_extra", false, "%s", version->extra);
	add(facts, "xen_version", false, "%u.%u%s", version->major, version->minor, version->extra);
	add(facts, "xen_caps", false, "%s", version->capabilities);
	add(facts, "xen_scheduler", false, "%s", scheduler_name(machine->scheduler));
	add(facts, "xen_pagesize", true, "%llu", (unsigned long long)version->page_size);
	add(facts, "platform_params", false, "virt_start=0x%llx",
	    (unsigned long long)version->virt_start);
	add(facts, "xen_changeset", false, "%s", version->changeset);
	add(facts, "xen_commandline", false, "%s", version->command_line);
	add(facts, "cc_compiler", false, "%s", version->compiler);
	add(facts, "cc_compile_by", false, "%s", version->compile_by);
	add(facts, "cc_compile_domain", false, "%s", version->compile_domain);
	add(facts, "cc_compile_date", false, "%s", version->compile_date);
	add(facts, "build_id", false, "%s", version->build_id);
	add(facts, "xend_config_format", true, "4");
}

static void print_facts(const struct facts *facts)
{
	for (unsigned int n = 0; n < facts->count; n++)
		printf("%-23s: %s\n", facts->list[n].name, facts->list[n].text);
}

static void print_topology(const struct machine *machine)
{
	printf("cpu_topology           :\ncpu:    core    socket     node\n");
	for (uint32_t n = 0; n < machine->nr_cpus; n++) {
		const struct xen_sysctl_cputopo *cpu = &machine->cpus[n];

		if (cpu->core != XEN_INVALID_CORE_ID)
			printf("%3u:    %4u     %4u     %4u\n", n, cpu->core, cpu->socket,
			       cpu->node);
	}
	printf("device topology        :\ndevice           node\nNo device topology data "
	       "available\n");
}

static void print_nodes(const struct machine *machine)
{
	printf("numa_info              :\nnode:    memsize    memfree    distances\n");
	for (uint32_t n = 0; n < machine->nr_nodes; n++) {
		const struct xen_sysctl_meminfo *node = &machine->nodes[n];

		if (node->memsize == XEN_INVALID_MEM_SZ)
			continue;
		printf("%4u:    %6llu     %6llu      ", n, (unsigned long long)node->memsize >> 20,
		       (unsigned long long)node->memfree >> 20);
		for (uint32_t to = 0; to < machine->nr_nodes; to++)
			printf("%s%u", to ? "," : "",
			       machine->distances[n * machine->nr_nodes + to]);
		putchar('\n');
	}
}

static void describe_facts(json_t *object, const struct facts *facts)
{
	for (unsigned int n = 0; n < facts->count; n++) {
		const struct fact *fact = &facts->list[n];
		double number = fact->is_number ? strtod(fact->text, NULL) : 0;
		json_t *value = json_string(fact->text);

		if (fact->is_number) {
			json_decref(value);
			value = strchr(fact->text, '.') ? json_real(number)
							: json_integer((json_int_t)number);
		}
		json_object_set_new(object, fact->name, value);
	}
}

static json_t *describe_topology(const struct machine *machine)
{
	json_t *array = json_array();

	for (uint32_t n = 0; n < machine->nr_cpus; n++) {
		const struct xen_sysctl_cputopo *cpu = &machine->cpus[n];

		if (cpu->core != XEN_INVALID_CORE_ID)
			json_array_append_new(array,
					      json_pack("{s:i, s:i, s:i, s:i}", "cpu", (int)n,
							"core", (int)cpu->core, "socket",
							(int)cpu->socket, "node", (int)cpu->node));
	}
	return array;
}

static json_t *describe_nodes(const struct machine *machine)
{
	json_t *array = json_array();

	for (uint32_t n = 0; n < machine->nr_nodes; n++) {
		json_t *distances = json_array();

		for (uint32_t to = 0; to < machine->nr_nodes; to++)
			json_array_append_new(
				distances,
				json_integer(machine->distances[n * machine->nr_nodes + to]));
		json_array_append_new(
			array,
			json_pack("{s:i, s:I, s:I, s:o}", "node", (int)n, "memory_bytes",
				  (json_int_t)machine->nodes[n].memsize, "free_bytes",
				  (json_int_t)machine->nodes[n].memfree, "distances", distances));
	}
	return array;
}

static void print_json(const struct machine *machine, const struct facts *first,
		       const struct facts *last)
{
	json_t *object = json_object();

	describe_facts(object, first);
	describe_facts(object, last);
	json_object_set_new(object, "cpu_topology", describe_topology(machine));
	json_object_set_new(object, "numa", describe_nodes(machine));
	json_dumpf(object, stdout, JSON_INDENT(4));
	putchar('\n');
	json_decref(object);
}

static int count_free_cpus(struct ctl *ctl, uint32_t *count)
{
	uint8_t cpus[512] = {0};

	*count = 0;
	if (ctl_pool_free_cpus(ctl, cpus, sizeof(cpus)))
		return -1;
	for (size_t n = 0; n < sizeof(cpus); n++)
		*count += (uint32_t)__builtin_popcount(cpus[n]);
	return 0;
}

static int read_machine(struct ctl *ctl, struct machine *machine)
{
	if (uname(&machine->kernel) || ctl_physical_info(ctl, &machine->physical) ||
	    ctl_version(ctl, &machine->version) || ctl_scheduler_id(ctl, &machine->scheduler) ||
	    count_free_cpus(ctl, &machine->nr_free_cpus) ||
	    ctl_topology(ctl, &machine->cpus, &machine->nr_cpus))
		return -1;
	return ctl_numa(ctl, &machine->nodes, &machine->distances, &machine->nr_nodes);
}

static void print_machine(struct invocation *invocation, const struct machine *machine)
{
	struct facts *first = alloc_zeroed(1, sizeof(*first));
	struct facts *last = alloc_zeroed(1, sizeof(*last));

	add_processors(first, machine);
	add_memory(first, machine);
	add_hypervisor(last, machine);
	if (invocation->json) {
		print_json(machine, first, last);
	} else {
		print_facts(first);
		if (invocation_option(invocation, OPTION_NUMA)) {
			print_topology(machine);
			print_nodes(machine);
		}
		print_facts(last);
	}
	free(first);
	free(last);
}

static int run_info(struct invocation *invocation)
{
	struct machine *machine;
	struct ctl *ctl;
	int ret = 0;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	machine = alloc_zeroed(1, sizeof(*machine));
	if (read_machine(ctl, machine))
		ret = invocation_fail_errno(invocation, "asking about the machine",
					    "the hypervisor");
	else
		print_machine(invocation, machine);
	free(machine->cpus);
	free(machine->nodes);
	free(machine->distances);
	free(machine);
	return ret;
}

COMMAND(info) = {
	.name = "info",
	.group = COMMAND_GROUP_HOST,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "",
	.summary = "tell about the machine and its hypervisor",
	.options = options,
	.run = run_info,
};
