/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a unit test does with the stand-in machine: CPUs, memory, time, domains, and what the code
 * under test did to its neighbours. Every stand-in of a hypervisor function is weak: link the
 * shipping source, or write the function in the test, and that one is taken.
 */
#ifndef FAKE_H
#define FAKE_H

#include <setjmp.h>
#include "hv/arch.h"
#include "hv/cpu.h"
#include "hv/domain.h"
#include "hv/page.h"
#include "hv/types.h"

/* machine.c: everything back to the state of power-on: CPU 0 current, interrupts on, arena empty. First in each test's set-up. */
void fake_machine_start(void);
/* This thread plays that CPU from now on (0 to FAKE_NR_CPUS - 1). CPUs below nr are online. */
void fake_cpu_enter(unsigned int cpu);
void fake_cpus_set_online(unsigned int nr);
/* What happens while a CPU waits for another one; NULL: the host's threads go on. */
extern void (*fake_cpu_relax_hook)(void);
/* The vcpu that this CPU runs, NULL for none. */
void fake_current_set(struct vcpu *v);
/* Registers by number for MSRs and ports: what reads return; what was written last. */
void fake_msr_set(uint32_t msr, uint64_t value);
void fake_port_set(uint16_t port, uint32_t value);
uint32_t fake_port_last_write(uint16_t port);
/* Hooks for devices with behaviour; NULL: the numbers above. */
extern uint32_t (*fake_port_read_hook)(uint16_t port, unsigned int bytes);
extern void (*fake_port_write_hook)(uint16_t port, uint32_t value, unsigned int bytes);
/* Event checks sent to each CPU; the deadline that each CPU programmed last. */
extern unsigned int fake_event_checks[];
extern uint64_t fake_deadline_ns[];
/* What arch_hypercall_rewind() got. */
struct fake_rewind {
	unsigned int count;
	uint32_t number;
	unsigned int nr_arguments;
	uint64_t arguments[6];
};
extern struct fake_rewind fake_rewind;
/* TLB flushes asked for, local and remote. */
extern unsigned int fake_tlb_flushes;

/* memory.c: fake_machine_start() calls this. */
void fake_memory_start(void);
/* Frames 1 to FAKE_NR_FRAMES - 1 of the arena are RAM in the frame table, frame 0 is nothing. */
/* heap_alloc() and friends work from the arena. After fake_heap_limit(n), the n+1st allocation (pages or objects) fails. */
void fake_heap_limit(unsigned int nr_allocations);
void fake_heap_unlimit(void);
/* Objects and pages not freed yet. */
unsigned int fake_heap_nr_objects(void);
unsigned int fake_heap_nr_pages(void);
/* Guest addresses are host pointers; accesses that touch [start, start + bytes) fail, up to 8 ranges; 0, 0 forgets all. */
void fake_guest_fault(const void *start, size_t bytes);
/* Called before each guest access, to change memory behind the code's back; NULL: none. */
extern void (*fake_guest_access_hook)(uint64_t address, size_t bytes, bool write);

/* domain.c: a live domain with nr_vcpus vcpus, one shared_info page and a page list; found by domain_get_by_id(). */
struct domain *fake_domain_create(domid_t id, uint32_t nr_vcpus);
/* What was done to domains and vcpus. */
struct fake_calls {
	unsigned int crashes, shutdowns, kicks, wakes, unblocks, sleeps, virqs, sends, blocks;
	struct domain *last_domain;
	struct vcpu *last_vcpu;
	uint32_t last_number; /* shutdown code, virq, port */
	char crash_reason[160];
};
extern struct fake_calls fake_calls;

/* time.c */
extern uint64_t fake_now_ns;
extern uint64_t fake_tsc;

/* console.c: the text of printk, printk_guest and printk_raw since fake_console_clear(). */
extern char fake_console_text[65536];
void fake_console_clear(void);
/* Echo it to stderr as well (FAKE_CONSOLE=1 in the environment does the same). */
extern bool fake_console_echo;
/* panic() and assert_fail() leave the reason here and jump when a test expects them; else the test program ends. */
extern char fake_panic_text[512];
extern jmp_buf fake_panic_jump;
extern bool fake_panic_is_expected;
/* True when the statement panicked. Locals changed by the statement must be volatile. */
#define FAKE_PANICS(statement)                                                                 \
	(fake_panic_is_expected = true,                                                        \
	 setjmp(fake_panic_jump) == 0 ? ((void)(statement), fake_panic_is_expected = false, 0) \
				      : (fake_panic_is_expected = false, 1))

#endif
