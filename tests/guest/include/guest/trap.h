/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traps, callbacks and expected faults. A trap runs the handler of its vector, else ends the running
 * catch_fault() of this vcpu, else ends the test as an error.
 */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include "guest/types.h"

enum trap_vector {
	TRAP_DE = 0,
	TRAP_DB = 1,
	TRAP_NMI = 2,
	TRAP_BP = 3,
	TRAP_OF = 4,
	TRAP_BR = 5,
	TRAP_UD = 6,
	TRAP_NM = 7,
	TRAP_DF = 8,
	TRAP_TS = 10,
	TRAP_NP = 11,
	TRAP_SS = 12,
	TRAP_GP = 13,
	TRAP_PF = 14,
	TRAP_MF = 16,
	TRAP_AC = 17,
	TRAP_MC = 18,
	TRAP_XM = 19,
	TRAP_SOFT_FIRST = 32,
	TRAP_EVENT = 256,
	TRAP_SYSCALL = 257,
	TRAP_FAILSAFE = 258,
	TRAP_NMI_CALLBACK = 259,
	TRAP_COUNT = 260,
};

/* Error code of a page fault. */
enum fault_bits {
	FAULT_PRESENT = 1,
	FAULT_WRITE = 2,
	FAULT_USER = 4,
	FAULT_RESERVED = 8,
	FAULT_FETCH = 16,
};

struct trap_regs {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error_code;
	uint64_t rip;
	uint16_t cs;
	uint16_t cs_pad;
	uint32_t saved_upcall_mask;
	uint64_t rflags, rsp, ss;
};

struct iret_frame {
	uint64_t rip, cs, rflags, rsp, ss;
};

struct fault {
	uint64_t vector;
	uint64_t error_code;
	uint64_t address; /* cr2 of a page fault */
	uint64_t rip;
	bool from_user;
};

/* NULL takes the handler away. Same for all vcpus. */
void trap_set_handler(enum trap_vector vector, void (*handler)(struct trap_regs *));

/* Registers the trap table with entries for vectors 0-47 (software interrupts from 32 open to user). */
void trap_init(void);

/* Runs function(argument); true when it faulted, and `fault` then says how. Nests. */
bool catch_fault(void (*function)(void *), void *argument, struct fault *fault);

/* One access each; true when it faulted. */
bool probe_read(const volatile void *address, uint64_t *value, struct fault *fault);
bool probe_write(volatile void *address, uint64_t value, struct fault *fault);
bool probe_execute(const void *address, struct fault *fault);

/*
 * Checks that function(argument) raises `vector`; prints what came instead. The error code is compared
 * unless it is ~0.
 */
void check_fault(void (*function)(void *), void *argument, uint64_t vector, uint64_t error_code,
		 const char *file, int line);

#define ANY_ERROR_CODE (~0ull)
#define CHECK_FAULT(function, argument, vector, error_code) \
	check_fault((function), (void *)(argument), (vector), (error_code), __FILE__, __LINE__)

/* Entry points, for tests that register them by themselves. */
extern const char trap_entries[];
extern const char event_entry[];
extern const char syscall_entry[];
extern const char failsafe_entry[];
extern const char nmi_entry[];
/* Where a caught fault and the end of user mode go on. */
extern const char catch_leave[];
extern uint64_t failsafe_selectors[4];

void trap_dispatch(struct trap_regs *regs);

#endif
