/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a vcpu, which lies at the foot of its stack; more vcpus; user mode. */
#ifndef GUEST_VCPU_H
#define GUEST_VCPU_H

#include "abi/xen.h"
#include "guest/trap.h"
#include "guest/types.h"

#define STACK_BYTES 16384ul
#define VCPU_MAX 4

struct vcpu {
	unsigned int id;
	struct xen_vcpu_info *info;
	uint64_t catch_rsp; /* 0: no fault is expected */
	struct fault catch_fault;
	uint64_t user_rsp; /* 0: not in user mode */
	uint64_t user_result;
	void (*function)(void *);
	void *argument;
};

/* The area of a vcpu is two stacks long: the lower one runs it, the upper one takes user traps. */
static inline struct vcpu *vcpu_current(void)
{
	uint64_t rsp;

	__asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
	return (struct vcpu *)(rsp & ~(STACK_BYTES * 2 - 1));
}

/* Fills the start context of vcpu `id` to run function(argument). */
struct xen_vcpu_guest_context *vcpu_context(unsigned int id, void (*function)(void *),
					    void *argument);

/* Initialises vcpu `id` to run function(argument) and brings it up; ends the test on a refusal. */
void vcpu_start(unsigned int id, void (*function)(void *), void *argument);

/* Installs the user base table (see guest/page.h). */
void user_set_tables(const uint64_t *base_table);

/*
 * Runs function(argument) in user mode on `stack_top` and returns its result. User code may call no
 * library function but those of its own file.
 */
uint64_t user_run(uint64_t (*function)(uint64_t), uint64_t argument, void *stack_top);

/* The same from an address and flags of the caller's choice. */
uint64_t user_run_frame(const struct iret_frame *frame, uint64_t argument);

/* Runs user code at a frame until it faults; false when it came back instead. */
bool catch_user_fault(const struct iret_frame *frame, struct fault *fault);

/* With user_run()'s tables and stack made for you, once. */
uint64_t user_call(uint64_t (*function)(uint64_t), uint64_t argument);

void vcpu_init(unsigned int id);
void vcpu_main(void);
extern const char vcpu_entry[];
extern const char user_return[];
extern char vcpu0_stack[];

#endif
