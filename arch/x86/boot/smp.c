/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Brings up the processors that the firmware's tables name, one at a time, and
 * parks those that go off. All that a CPU needs is made beforehand by another;
 * the CPU itself allocates nothing. What is made stays for its next start.
 */
#include "asm/smp.h"
#include "asm/apic.h"
#include "asm/cpu_features.h"
#include "asm/descriptors.h"
#include "asm/image.h"
#include "asm/irq.h"
#include "asm/processor.h"
#include "asm/pv.h"
#include "asm/tlb.h"
#include "asm/watchdog.h"
#include "asm/xstate.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/cpu.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/params.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "hv/time.h"
#include "hv/timer.h"

#define STACK_PAGES (STACK_BYTES / 4096)
#define LOW_LIMIT 0xa0000UL
#define INIT_WAIT_US 10000
#define STARTUP_WAIT_US 300
#define ONLINE_WAIT_MS 5000
#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)

uint64_t smp_boot_stack_top;

static uint64_t low_page; /* of the trampoline; 0: there is none */
static struct cpumask cpus_with_memory;

static unsigned int max_cpus = NR_CPUS;
INTEGER_PARAMETER("maxcpus", max_cpus, "how many processors to use");

/* Identity-maps the trampoline's page, executable and read-only; else only our own slots. */
static uint64_t trampoline_tables[4][PT_ENTRIES] aligned_to(4096);

int stack_block_map(unsigned int cpu, const mfn_t *frames)
{
	uint64_t block = stack_block_of(cpu);
	int error = 0;

	for (unsigned int i = 0; i < STACK_PAGES && !error; i++) {
		uint64_t page = block + i * PAGE_SIZE;

		if (i == STACK_PAGE_SYSCALL)
			error = hv_map(page, image_to_mfn(syscall_entry_page), 1, PTE_HV_TEXT);
		else if (i != STACK_PAGE_GUARD)
			error = hv_map(page, frames[i], 1, PTE_HV_DATA);
	}
	return error;
}

int stack_block_map_boot(void)
{
	mfn_t frames[STACK_PAGES];

	for (unsigned int i = 0; i < STACK_PAGES; i++)
		frames[i] = image_to_mfn(boot_stack + i * PAGE_SIZE);
	return stack_block_map(0, frames);
}

static int stack_block_make(unsigned int cpu)
{
	mfn_t frames[STACK_PAGES];

	for (unsigned int i = 0; i < STACK_PAGES; i++) {
		void *page;

		if (i == STACK_PAGE_SYSCALL || i == STACK_PAGE_GUARD)
			continue;
		page = heap_alloc(0, HEAP_FLAG_NODE(acpi_information.processors[cpu].node));
		if (!page)
			return -ENOMEM;
		frames[i] = virt_to_mfn(page);
	}
	return stack_block_map(cpu, frames);
}

static int percpu_area_make(unsigned int cpu)
{
	uint64_t pages = (uint64_t)(percpu_end - percpu_start) >> PAGE_SHIFT;
	unsigned int order = 0;
	char *area;

	while (1UL << order < pages)
		order++;
	area = heap_alloc(order, HEAP_FLAG_NODE(acpi_information.processors[cpu].node));
	if (!area)
		return -ENOMEM;
	percpu_offset[cpu] = (uint64_t)area - (uint64_t)percpu_start;
	return 0;
}

static int memory_make(unsigned int cpu)
{
	int error = percpu_exists(cpu) ? 0 : percpu_area_make(cpu);

	if (!error)
		error = stack_block_make(cpu);
	if (!error)
		bitmap_set(cpus_with_memory.bits, cpu);
	return error;
}

/* The descriptors each time: loading the task register marked its own as in use. */
static int cpu_prepare(unsigned int cpu)
{
	struct cpu_block *block = cpu_block_of(cpu);
	int error = bitmap_test(cpus_with_memory.bits, cpu) ? 0 : memory_make(cpu);

	if (!error)
		error = descriptors_init_cpu(cpu);
	/* What comes last was made already. */
	if (error || block->current)
		return error;
	block->cpu = cpu;
	block->percpu_offset = percpu_offset[cpu];
	block->syscall_entry = syscall_enter;
	error = timer_init_cpu(cpu);
	if (!error)
		error = sched_init_cpu(cpu);
	if (!error)
		block->current = sched_idle_vcpu(cpu);
	return error;
}

static bool page_holds_module(uint64_t page)
{
	for (uint32_t i = 0; i < boot_information.nr_modules; i++) {
		const struct boot_module *module = &boot_information.modules[i];

		if (page < module->start.a + module->bytes && page + PAGE_SIZE > module->start.a)
			return true;
	}
	return false;
}

static bool page_is_ram(uint64_t page)
{
	for (uint32_t i = 0; i < boot_information.nr_ranges; i++) {
		const struct boot_range *range = &boot_information.ranges[i];

		if (range->type == BOOT_RANGE_RAM && page >= range->start &&
		    page + PAGE_SIZE <= range->start + range->bytes)
			return true;
	}
	return false;
}

/* The highest free page below the text screen: GRUB on UEFI puts modules even there. 0: none. */
static uint64_t low_page_find(void)
{
	for (uint64_t page = LOW_LIMIT - PAGE_SIZE; page; page -= PAGE_SIZE)
		if (page_is_ram(page) && !page_holds_module(page))
			return page;
	return 0;
}

static void trampoline_map(uint64_t page)
{
	uint64_t *table = trampoline_tables[0];

	memcpy(table + HV_FIRST_SLOT, hv_root_table + HV_FIRST_SLOT, HV_NR_SLOTS * sizeof(*table));
	for (unsigned int level = 4; level > 1; level--) {
		uint64_t *next = trampoline_tables[5 - level];

		table[pt_index(page, level)] = pte_make(image_to_mfn(next), TABLE_FLAGS);
		table = next;
	}
	table[pt_index(page, 1)] = page | PTE_HV_TEXT;
}

static void trampoline_add(char *copy, const char *field, uint64_t value)
{
	*(uint32_t *)(void *)(copy + (field - trampoline_start)) += (uint32_t)value;
}

static void trampoline_install(uint64_t page)
{
	char *copy = paddr_to_virt(paddr_from(page));

	memcpy(copy, trampoline_start, (size_t)(trampoline_end - trampoline_start));
	trampoline_add(copy, trampoline_gdt_base, page);
	trampoline_add(copy, trampoline_far, page);
	trampoline_add(copy, trampoline_cr3, image_to_paddr(trampoline_tables[0]).a);
	trampoline_map(page);
}

static void cpu_send_startup(unsigned int cpu)
{
	uint32_t apic_id = apic_id_of_cpu(cpu);
	uint8_t vector = (uint8_t)(low_page >> PAGE_SHIFT);

	WRITE_ONCE(smp_boot_stack_top, ROUND_DOWN((uint64_t)cpu_block_of(cpu), 16));
	apic_send_startup(apic_id, vector);
	time_delay_us(STARTUP_WAIT_US);
	/* Processors that take their time may have missed the first. */
	if (!cpu_is_online(cpu))
		apic_send_startup(apic_id, vector);
}

static void cpu_start(unsigned int cpu)
{
	uint32_t apic_id = apic_id_of_cpu(cpu);

	if (cpu_prepare(cpu)) {
		printk(LOG_ERROR, "no memory for CPU%u; it stays off", cpu);
		return;
	}
	apic_send_init(apic_id);
	time_delay_us(INIT_WAIT_US);
	cpu_send_startup(cpu);
	for (unsigned int ms = 0; ms < ONLINE_WAIT_MS && !cpu_is_online(cpu); ms++)
		time_delay_us(1000);
	if (cpu_is_online(cpu))
		return;
	printk(LOG_ERROR, "CPU%u (APIC id %#x) doesn't start; it stays off", cpu, apic_id);
	/* Should it come late, it must not run on the next CPU's stack. */
	apic_send_init(apic_id);
}

void smp_enter(void)
{
	unsigned int cpu = cpu_this();

	cpu_control_init(cpu);
	descriptor_tables_load_cpu(cpu);
	idt_load_cpu();
	/* A vcpu that moved here would find instructions missing: the boot CPU takes this one back. */
	while (!cpu_features_check(cpu))
		__asm__ volatile("hlt");
	xstate_init_cpu();
	pv_forget_tsc_aux();
	apic_init_cpu();
	time_init_cpu();
	tlb_join_cpu();
	interrupts_on();
	sched_idle_loop();
}

static unsigned int online_count(void)
{
	return (unsigned int)bitmap_weight(cpus_online.bits, NR_CPUS);
}

void smp_start_all(void)
{
	unsigned int limit = MIN(nr_cpus, MAX(max_cpus, 1u));

	low_page = low_page_find();
	if (nr_cpus > 1 && !low_page) {
		printk(LOG_ERROR, "no RAM below 640 KiB for start-up code: one processor only");
		limit = 1;
	}
	if (low_page)
		trampoline_install(low_page);
	for (unsigned int cpu = 1; cpu < limit; cpu++)
		cpu_start(cpu);
	printk(LOG_INFO, "%u of %u processors online", online_count(), nr_cpus);
}

int arch_cpu_reset(unsigned int cpu)
{
	int error = low_page ? cpu_prepare(cpu) : -EOPNOTSUPP;

	if (error)
		return error;
	watchdog_await_cpu();
	apic_send_init(apic_id_of_cpu(cpu));
	return 0;
}

void arch_cpu_start(unsigned int cpu)
{
	cpu_send_startup(cpu);
}

void arch_cpu_started(unsigned int cpu)
{
	irqs_admit_cpu(cpu);
	watchdog_join_cpu(cpu);
}

void arch_cpu_abandon(unsigned int cpu)
{
	apic_send_init(apic_id_of_cpu(cpu));
	watchdog_go_on();
}

int arch_cpu_evacuate(unsigned int cpu)
{
	return irqs_evacuate_cpu(cpu);
}

bool arch_cpu_has_interrupts(void)
{
	return apic_has_requests();
}

void arch_cpu_park(bool *is_parked)
{
	tlb_leave_cpu();
	apic_leave_cpu();
	cache_write_back_invalidate();
	__atomic_store_n(is_parked, true, __ATOMIC_RELEASE);
	/* NMIs end the halt, but come to a CPU that is not online. */
	for (;;)
		__asm__ volatile("cli; hlt" : : : "memory");
}
