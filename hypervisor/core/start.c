/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start-up, from the boot code's last jump to the idle loop, in the order that the modules need. */
#include "hv/start.h"
#include "generated/version.h"
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/console.h"
#include "hv/cpu.h"
#include "hv/domain.h"
#include "hv/heap.h"
#include "hv/page.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/sched.h"
#include "hv/softirq.h"
#include "hv/timer.h"

static void print_banner(void)
{
	printk(LOG_INFO, "Trestle %s, %s", VERSION_STRING, VERSION_COMPILE_DATE);
	printk(LOG_INFO, "Built with %s", VERSION_COMPILER);
	printk(LOG_INFO, "Loaded by %s%s, arguments: %s",
	       boot_information.loader_name[0] ? boot_information.loader_name : "(no name)",
	       boot_information.is_efi ? " on UEFI" : "", boot_command_line);
}

static void print_losses(void)
{
	static const struct {
		uint32_t bit;
		const char *text;
	} rows[] = {
		{BOOT_LOST_TEXT, "a command line was too long and is cut"},
		{BOOT_LOST_MODULES, "too many boot modules: the last ones are ignored"},
		{BOOT_LOST_RANGES,
		 "the firmware's memory map has too many ranges: some are ignored"},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (boot_information.losses & rows[i].bit)
			printk(LOG_WARNING, "%s", rows[i].text);
}

static void print_memory_map(void)
{
	static const char *const names[] = {
		[BOOT_RANGE_RAM] = "RAM",	  [BOOT_RANGE_RESERVED] = "reserved",
		[BOOT_RANGE_ACPI] = "ACPI",	  [BOOT_RANGE_NVS] = "ACPI NVS",
		[BOOT_RANGE_UNUSABLE] = "broken",
	};
	uint64_t ram_bytes = 0;

	for (uint32_t i = 0; i < boot_information.nr_ranges; i++) {
		const struct boot_range *range = &boot_information.ranges[i];
		bool is_named = range->type && range->type < ARRAY_SIZE(names);

		printk(LOG_DEBUG, "memory 0x%016lx-0x%016lx %s", range->start,
		       range->start + range->bytes - 1, is_named ? names[range->type] : "reserved");
		if (range->type == BOOT_RANGE_RAM)
			ram_bytes += range->bytes;
	}
	printk(LOG_INFO, "Memory: %lu MiB of RAM in %u ranges", ram_bytes >> 20,
	       boot_information.nr_ranges);
}

static void print_screen(void)
{
	const struct boot_framebuffer *fb = &boot_information.framebuffer;

	if (boot_information.has_framebuffer)
		printk(LOG_INFO, "Screen: type %u, %ux%u, %u bits, at %#lx", fb->type, fb->width,
		       fb->height, fb->bits_per_pixel, fb->address);
}

static void print_modules(void)
{
	for (uint32_t i = 0; i < boot_information.nr_modules; i++) {
		const struct boot_module *module = &boot_information.modules[i];

		printk(LOG_INFO, "Module %u: %lu KiB at %#lx, arguments: %s", i,
		       module->bytes >> 10, module->start.a, module->arguments);
	}
}

static void grow_console_ring(void)
{
	uint32_t bytes = console_ring_wanted_bytes();
	unsigned int order = 0;
	char *ring;

	if (!bytes)
		return;
	while (PAGE_SIZE << order < bytes)
		order++;
	ring = heap_alloc(order, HEAP_FLAG_DEFAULT);
	if (ring)
		console_set_ring(ring, bytes);
}

/* On the guarded stack, with page tables of our own. */
static void start_with_memory(void)
{
	arch_platform_init();
	arch_memory_fill_heap();
	printk(LOG_INFO, "Heap: %lu MiB free", heap_nr_free_pages() >> 8);

	if (timer_init_cpu(0))
		panic("no memory for the boot CPU's timers");
	arch_irq_init();
	arch_time_init();
	grow_console_ring();
	console_init_late();

	sched_init();
	m2p_share(hypervisor_domain);
	console_io_init();
	domain_dump_init();
	sched_dump_init();
	arch_print_processor();
	interrupts_on();
	arch_start_other_cpus();

	arch_start_dom0();
	arch_memory_free_modules();
	heap_start_scrub();
	console_end_boot();
	sched_idle_loop();
}

void start_hypervisor(void)
{
	arch_start_boot_cpu();
	parameters_parse(boot_command_line);
	console_init();
	print_banner();
	print_losses();
	print_memory_map();
	print_screen();
	print_modules();
	if (!boot_information.nr_ranges)
		panic("the boot loader gave no memory map");

	arch_memory_init();
	arch_start_on_own_stack(start_with_memory);
}
