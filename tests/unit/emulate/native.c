/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one instruction natively, registers and flags loaded and stored around it, and again in the emulator. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hv/errno.h"
#include "native.h"

/* native_run(registers, code): all general registers but rsp come from and go to the frame. */
void native_run(struct registers *r, const void *code);
__asm__(".text\n"
	"native_run:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"push %rdi\n"
	"push %rsi\n"
	"pushq 0x90(%rdi); popfq\n"
	"mov (%rdi), %r15; mov 0x8(%rdi), %r14; mov 0x10(%rdi), %r13; mov 0x18(%rdi), %r12\n"
	"mov 0x20(%rdi), %rbp; mov 0x28(%rdi), %rbx; mov 0x30(%rdi), %r11; mov 0x38(%rdi), %r10\n"
	"mov 0x40(%rdi), %r9; mov 0x48(%rdi), %r8; mov 0x50(%rdi), %rax; mov 0x58(%rdi), %rcx\n"
	"mov 0x60(%rdi), %rdx; mov 0x68(%rdi), %rsi; mov 0x70(%rdi), %rdi\n"
	"call *(%rsp)\n"
	"mov %rdi, (%rsp)\n"
	"mov 8(%rsp), %rdi\n"
	"mov %r15, (%rdi); mov %r14, 0x8(%rdi); mov %r13, 0x10(%rdi); mov %r12, 0x18(%rdi)\n"
	"mov %rbp, 0x20(%rdi); mov %rbx, 0x28(%rdi); mov %r11, 0x30(%rdi); mov %r10, 0x38(%rdi)\n"
	"mov %r9, 0x40(%rdi); mov %r8, 0x48(%rdi); mov %rax, 0x50(%rdi); mov %rcx, 0x58(%rdi)\n"
	"mov %rdx, 0x60(%rdi); mov %rsi, 0x68(%rdi)\n"
	"pushfq; popq 0x90(%rdi)\n"
	"pop %rax; mov %rax, 0x70(%rdi)\n"
	"pop %rdi\n"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"cld; ret\n");

_Static_assert(offsetof(struct registers, rdi) == 0x70 &&
		       offsetof(struct registers, rflags) == 0x90,
	       "frame");

/* One of the two arenas; addresses in trials are the native one's. */
static uint8_t *native_memory, emulated_memory[ARENA_BYTES];

static uint8_t *emulated(uint64_t address, unsigned int bytes)
{
	uint64_t offset = address - (uint64_t)native_memory;

	return offset <= ARENA_BYTES - bytes ? emulated_memory + offset : NULL;
}

static int memory_read(void *data, uint64_t address, unsigned int bytes, uint64_t *value)
{
	const uint8_t *p = emulated(address, bytes);

	if (!p)
		return -EFAULT;
	*value = 0;
	memcpy(value, p, bytes);
	return 0;
}

static int memory_write(void *data, uint64_t address, unsigned int bytes, uint64_t value)
{
	uint8_t *p = emulated(address, bytes);

	if (!p)
		return -EFAULT;
	memcpy(p, &value, bytes);
	return 0;
}

static int memory_compare_exchange(void *data, uint64_t address, unsigned int bytes,
				   uint64_t *expected, uint64_t value)
{
	uint64_t now;

	if (memory_read(data, address, bytes, &now))
		return -EFAULT;
	if (now != *expected) {
		*expected = now;
		return -EAGAIN;
	}
	return memory_write(data, address, bytes, value);
}

static const struct store_memory memory = {memory_read, memory_write, memory_compare_exchange,
					   NULL};

static uint8_t *code_page(void)
{
	static uint8_t *page;

	if (!page) {
		page = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (page == MAP_FAILED)
			abort();
		native_memory = page + 4096;
	}
	return page;
}

static const char *registers_compare(const struct registers *a, const struct registers *b,
				     uint64_t flags)
{
	if (memcmp(a, b, offsetof(struct registers, error_code)))
		return "registers";
	return (a->rflags ^ b->rflags) & flags ? "flags" : NULL;
}

const char *trial_compare(const struct trial *trial, uint64_t flags_defined)
{
	uint8_t *code = code_page();
	struct registers real = trial->before, own;
	struct store store;
	const char *text;

	memcpy(code, trial->code, trial->nr_bytes);
	code[trial->nr_bytes] = 0xc3;
	memcpy(native_memory, trial->memory, ARENA_BYTES);
	memcpy(emulated_memory, trial->memory, ARENA_BYTES);
	real.rdi = (uint64_t)native_memory + ARENA_BYTES / 2;
	real.rflags |= 0x202;
	own = real;
	own.rip = (uint64_t)code;
	if (store_decode(trial->code, trial->nr_bytes, &own, NULL, &store))
		return "not decoded";
	if (store.length_bytes != trial->nr_bytes)
		return "length";
	/* REP STOS comes one element at a time. */
	do
		if (store_execute(&store, &own, &memory) ||
		    (own.rip == (uint64_t)code &&
		     store_decode(trial->code, trial->nr_bytes, &own, NULL, &store)))
			return "not executed";
	while (own.rip == (uint64_t)code);
	if (own.rip != (uint64_t)code + trial->nr_bytes)
		return "rip";
	native_run(&real, code);
	text = registers_compare(&real, &own, flags_defined);
	if (!text && memcmp(native_memory, emulated_memory, ARENA_BYTES))
		text = "memory";
	return text;
}
