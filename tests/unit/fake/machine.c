/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for arch/x86: CPUs, per-CPU data, interrupts, ports, MSRs, and hv/arch.h. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include "asm/tlb.h"
#include "fake.h"
#include "hv/domain.h"
#include "hv/params.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/trace.h"
#include "hv/time.h"

#define NR_PORTS 65536
#define NR_MSRS 64

uint64_t percpu_offset[FAKE_NR_CPUS];
__attribute__((weak)) struct cpumask cpus_possible, cpus_online;
__attribute__((weak)) unsigned int nr_cpus = 1;
__attribute__((weak)) char boot_command_line[2048];
__attribute__((weak)) PERCPU_SECTION uint32_t percpu_softirq_pending;

static struct cpu_block blocks[FAKE_NR_CPUS];
static _Thread_local struct cpu_block *block = &blocks[0];
static _Thread_local bool interrupts_enabled = true;
static uint32_t ports_in[NR_PORTS], ports_out[NR_PORTS];
static struct {
	uint32_t number;
	uint64_t value;
} msrs[NR_MSRS];
static uint64_t control_registers[5];

uint32_t (*fake_port_read_hook)(uint16_t port, unsigned int bytes);
void (*fake_port_write_hook)(uint16_t port, uint32_t value, unsigned int bytes);
unsigned int fake_event_checks[FAKE_NR_CPUS];
uint64_t fake_deadline_ns[FAKE_NR_CPUS];
struct fake_rewind fake_rewind;
unsigned int fake_tlb_flushes;

/* No boot options: the linker array of the host is empty. */
__asm__(".pushsection .rodata\n"
	".globl parameters_start\n.globl parameters_end\n"
	"parameters_start:\nparameters_end:\n.byte 0\n.popsection");

struct cpu_block *cpu_block_this_(void)
{
	return block;
}

static void percpu_start(void)
{
	static char *copies[FAKE_NR_CPUS];
	uint64_t start = (uint64_t)__start_percpu_data;
	size_t bytes = (size_t)(__stop_percpu_data - __start_percpu_data);

	memset(__start_percpu_data, 0, bytes);
	for (unsigned int cpu = 1; cpu < FAKE_NR_CPUS; cpu++) {
		free(copies[cpu]);
		copies[cpu] = calloc(1, bytes + 128);
		/* As the original within a cache line, for aligned types in it. */
		percpu_offset[cpu] = ROUND_UP((uint64_t)copies[cpu], 64) + (start & 63) - start;
	}
}

void fake_cpu_enter(unsigned int cpu)
{
	block = &blocks[cpu];
}

void fake_cpus_set_online(unsigned int nr)
{
	memset(&cpus_online, 0, sizeof(cpus_online));
	memset(&cpus_possible, 0, sizeof(cpus_possible));
	for (unsigned int cpu = 0; cpu < nr; cpu++) {
		bitmap_set(cpus_online.bits, cpu);
		bitmap_set(cpus_possible.bits, cpu);
	}
	nr_cpus = nr;
}

void fake_machine_start(void)
{
	percpu_start();
	for (unsigned int cpu = 0; cpu < FAKE_NR_CPUS; cpu++) {
		memset(&blocks[cpu], 0, sizeof(blocks[cpu]));
		blocks[cpu].cpu = cpu;
		blocks[cpu].percpu_offset = percpu_offset[cpu];
		fake_event_checks[cpu] = 0;
		fake_deadline_ns[cpu] = UINT64_MAX;
	}
	fake_cpu_enter(0);
	fake_cpus_set_online(1);
	interrupts_enabled = true;
	memset(ports_in, 0, sizeof(ports_in));
	memset(ports_out, 0, sizeof(ports_out));
	memset(msrs, 0, sizeof(msrs));
	fake_port_read_hook = NULL;
	fake_port_write_hook = NULL;
	memset(&fake_rewind, 0, sizeof(fake_rewind));
	fake_tlb_flushes = 0;
	fake_now_ns = 1000;
	fake_tsc = 0;
	fake_panic_is_expected = false;
	fake_console_clear();
	fake_memory_start();
	memset(&fake_calls, 0, sizeof(fake_calls));
}

void fake_current_set(struct vcpu *v)
{
	block->current = v;
}

void fake_interrupts_set(bool on)
{
	interrupts_enabled = on;
}

bool fake_interrupts_are_on(void)
{
	return interrupts_enabled;
}

uint64_t fake_interrupts_save_off(void)
{
	uint64_t flags = interrupts_enabled ? 0x202 : 0x2;

	interrupts_enabled = false;
	return flags;
}

/* Tracing is off. */
__attribute__((weak)) bool trace_is_on;
__attribute__((weak)) void trace_write(uint32_t event, const void *data, unsigned int bytes)
{
	(void)event;
	(void)data;
	(void)bytes;
}

__attribute__((weak)) void trace_words(uint32_t event, unsigned int nr, ...)
{
	(void)event;
	(void)nr;
}

void (*fake_cpu_relax_hook)(void);

void fake_cpu_relax(void)
{
	if (fake_cpu_relax_hook)
		fake_cpu_relax_hook();
	else
		sched_yield();
}

uint64_t fake_read_tsc(void)
{
	return fake_tsc;
}

static uint64_t *msr_find(uint32_t msr)
{
	for (unsigned int i = 0; i < NR_MSRS; i++) {
		if (msrs[i].number == 0)
			msrs[i].number = msr;
		if (msrs[i].number == msr)
			return &msrs[i].value;
	}
	abort();
}

uint64_t fake_read_msr(uint32_t msr)
{
	return *msr_find(msr);
}

void fake_write_msr(uint32_t msr, uint64_t value)
{
	*msr_find(msr) = value;
}

void fake_msr_set(uint32_t msr, uint64_t value)
{
	*msr_find(msr) = value;
}

__attribute__((weak)) int read_msr_safe(uint32_t msr, uint64_t *value)
{
	*value = fake_read_msr(msr);
	return 0;
}

__attribute__((weak)) int write_msr_safe(uint32_t msr, uint64_t value)
{
	fake_write_msr(msr, value);
	return 0;
}

void fake_port_set(uint16_t port, uint32_t value)
{
	ports_in[port] = value;
}

uint32_t fake_port_last_write(uint16_t port)
{
	return ports_out[port];
}

uint32_t fake_port_read(uint16_t port, unsigned int bytes)
{
	return fake_port_read_hook ? fake_port_read_hook(port, bytes) : ports_in[port];
}

void fake_port_write(uint16_t port, uint32_t value, unsigned int bytes)
{
	ports_out[port] = value;
	if (fake_port_write_hook)
		fake_port_write_hook(port, value, bytes);
}

uint64_t fake_read_cr(unsigned int number)
{
	return control_registers[number];
}

void fake_write_cr(unsigned int number, uint64_t value)
{
	control_registers[number] = value;
}

/* hv/arch.h and asm/tlb.h */

__attribute__((weak)) int arch_domain_init(struct domain *d,
					   const struct domain_create_arguments *arguments)
{
	return 0;
}

__attribute__((weak)) int arch_domain_relinquish(struct domain *d)
{
	return 0;
}

__attribute__((weak)) void arch_domain_fini(struct domain *d) {}

__attribute__((weak)) int arch_vcpu_init(struct vcpu *v)
{
	return 0;
}

__attribute__((weak)) void arch_vcpu_fini(struct vcpu *v) {}

__attribute__((weak)) int arch_vcpu_initialise(struct vcpu *v, uint64_t context_guest_address)
{
	return 0;
}

__attribute__((weak)) struct xen_vcpu_info *arch_vcpu_shared_info_slot(struct domain *d,
								       uint32_t id)
{
	return id < XEN_LEGACY_MAX_VCPUS ? &d->shared_info->vcpu_info[id] : NULL;
}

__attribute__((weak)) int64_t arch_vcpu_op(uint32_t operation, struct vcpu *v, uint64_t argument)
{
	return -38;
}

__attribute__((weak)) void arch_time_update_vcpu(struct vcpu *v) {}

__attribute__((weak)) void arch_time_update_wallclock(struct domain *d) {}

__attribute__((weak)) void arch_timer_set_deadline(uint64_t deadline_ns)
{
	fake_deadline_ns[cpu_this()] = deadline_ns;
}

__attribute__((weak)) void arch_send_event_check(unsigned int cpu)
{
	fake_event_checks[cpu]++;
}

__attribute__((weak)) void arch_cpu_idle(void)
{
	fake_interrupts_set(true);
}

__attribute__((weak)) void arch_hypercall_rewind(uint32_t number, unsigned int nr_arguments,
						 const uint64_t *arguments)
{
	fake_rewind.count++;
	fake_rewind.number = number;
	fake_rewind.nr_arguments = nr_arguments;
	memcpy(fake_rewind.arguments, arguments, nr_arguments * sizeof(arguments[0]));
}

__attribute__((weak)) void arch_stop_other_cpus(void) {}

__attribute__((weak)) void arch_dump_backtrace(void) {}

__attribute__((weak)) void arch_print_symbol(uint64_t address) {}

__attribute__((weak)) void tlb_relax(void)
{
	fake_cpu_relax();
}

__attribute__((weak)) void tlb_flush_local(unsigned int flags, uint64_t address)
{
	fake_tlb_flushes++;
}

__attribute__((weak)) void tlb_flush_mask(const struct cpumask *mask, unsigned int flags,
					  uint64_t address)
{
	fake_tlb_flushes++;
}

__attribute__((weak)) void tlb_flush_all(unsigned int flags)
{
	fake_tlb_flushes++;
}

static noreturn_function void machine_end(const char *how)
{
	panic("the machine %s", how);
}

__attribute__((weak)) void arch_machine_restart(void)
{
	machine_end("restarts");
}

__attribute__((weak)) void arch_machine_halt(void)
{
	machine_end("halts");
}

__attribute__((weak)) void arch_machine_power_off(void)
{
	machine_end("powers off");
}
