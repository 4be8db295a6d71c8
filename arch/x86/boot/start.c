/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor side's steps of start-up, from the entry code to dom0. */
#include "hv/start.h"
#include "asm/cpu_features.h"
#include "asm/descriptors.h"
#include "asm/image.h"
#include "asm/irq.h"
#include "asm/machine.h"
#include "asm/memory.h"
#include "asm/processor.h"
#include "asm/pv.h"
#include "asm/smp.h"
#include "asm/tlb.h"
#include "asm/watchdog.h"
#include "asm/xstate.h"
#include "hv/acpi.h"
#include "hv/boot.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "multiboot.h"

#define CPUID_TOPOLOGY 0xb

uint64_t percpu_offset[NR_CPUS];
struct cpumask cpus_possible, cpus_online;
unsigned int nr_cpus = 1;

/* Called by head.S. */
noreturn_function void boot_start(uint32_t magic, uint32_t info);

/* The entry code maps the first 4 GiB where the direct map will be. */
static const void *boot_read(uint64_t address)
{
	return paddr_to_virt(paddr_from(address));
}

void boot_start(uint32_t magic, uint32_t info)
{
	bool lost = false;

	if (magic == MULTIBOOT2_MAGIC)
		multiboot2_read(info, boot_read);
	else if (magic == MULTIBOOT1_MAGIC)
		multiboot1_read(info, boot_read);
	boot_information.nr_ranges = boot_sanitise_ranges(
		boot_information.ranges, boot_information.nr_ranges, BOOT_NR_RANGES, &lost);
	if (lost)
		boot_information.losses |= BOOT_LOST_RANGES;
	start_hypervisor();
}

static void percpu_init_boot(void)
{
	for (unsigned int cpu = 1; cpu < NR_CPUS; cpu++)
		percpu_offset[cpu] = PERCPU_NONE;
	bitmap_set(cpus_possible.bits, 0);
	bitmap_set(cpus_online.bits, 0);
}

static uint32_t boot_apic_id(void)
{
	if (cpu_host.max_leaf >= CPUID_TOPOLOGY && cpuid_read(CPUID_TOPOLOGY, 0).ebx)
		return cpuid_read(CPUID_TOPOLOGY, 0).edx;
	return cpuid_read(1, 0).ebx >> 24;
}

void arch_start_boot_cpu(void)
{
	percpu_init_boot();
	cpu_features_init_boot();
	cpu_control_init(0);
	cpu_block_this()->syscall_entry = syscall_enter;
	idt_init();
	if (descriptors_init_cpu(0))
		panic("the boot CPU's descriptors take no memory");
	descriptor_tables_load_cpu(0);
	idt_load_cpu();
	xstate_init_cpu();
}

void arch_platform_init(void)
{
	acpi_init(boot_apic_id());
	machine_init();
	nr_cpus = acpi_information.nr_processors;
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		bitmap_set(cpus_possible.bits, cpu);
}

void arch_start_on_own_stack(void (*next)(void))
{
	/* The same memory, seen through its final mapping: what cpu_block holds moves along. */
	uint64_t top = ROUND_DOWN((uint64_t)cpu_block_of(0), 16);

	__asm__ volatile("mov %0, %%rsp\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "call *%1\n\t"
			 "ud2"
			 :
			 : "r"(top), "r"(next)
			 : "memory");
	__builtin_unreachable();
}

static void tlb_interrupt(struct registers *r)
{
	(void)r;
	tlb_handle_interrupt();
	apic_eoi();
}

void arch_irq_init(void)
{
	nmi_init();
	cpu_idle_init();
	apic_init_boot();
	interrupt_register(VECTOR_TLB_FLUSH, tlb_interrupt);
	irq_init();
}

void arch_time_init(void)
{
	time_init_boot();
}

void arch_start_other_cpus(void)
{
	smp_start_all();
	map_check_rights();
}

void arch_start_dom0(void)
{
	dom0_build();
	watchdog_start();
}

void arch_print_processor(void)
{
	printk(LOG_INFO, "Processor: %s (%s family %u model %u stepping %u), %u known",
	       cpu_host.model_name, cpu_host.vendor_name, cpu_host.family, cpu_host.model,
	       cpu_host.stepping, nr_cpus);
}
