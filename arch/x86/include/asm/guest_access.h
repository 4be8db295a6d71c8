/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of a few words from and to the running guest, in line. Instead of a
 * check with a branch, an address in our range becomes one that always faults:
 * so the processor can't reach ours either when it runs ahead. A copy that
 * begins right below our range ends in the hole of non-canonical addresses or,
 * from the top of the address space, in the guest's page at zero.
 */
#ifndef ASM_GUEST_ACCESS_H
#define ASM_GUEST_ACCESS_H

#include "asm/page.h"
#include "asm/processor.h"
#include "hv/errno.h"
#include "hv/types.h"

#define LOW_HALF_END (1UL << 47)
/* Our PML4 slots are a naturally aligned block: the hole and ours are one interval of such blocks. */
#define GUEST_BLOCK_SHIFT (L4_SHIFT + 4)
#define GUEST_BLOCK_FIRST_FORBIDDEN (LOW_HALF_END >> GUEST_BLOCK_SHIFT)
#define GUEST_BLOCKS_FORBIDDEN ((HV_VIRT_END >> GUEST_BLOCK_SHIFT) - GUEST_BLOCK_FIRST_FORBIDDEN)
/* Not canonical; processors that ignore the upper bits while they run ahead read the guest's page at zero. */
#define GUEST_ADDRESS_FAULTING (1UL << 63)

_Static_assert((HV_VIRT_END & ((1UL << GUEST_BLOCK_SHIFT) - 1)) == 0, "our range ends in a block");
_Static_assert((LOW_HALF_END & ((1UL << GUEST_BLOCK_SHIFT) - 1)) == 0, "the low half ends in one");

static always_inline uint64_t guest_address_clamp(uint64_t address)
{
	uint32_t block = (uint32_t)(address >> GUEST_BLOCK_SHIFT) -
			 (uint32_t)GUEST_BLOCK_FIRST_FORBIDDEN;

	__asm__("cmp %2, %1; cmovb %3, %0"
		: "+r"(address)
		: "r"(block), "i"(GUEST_BLOCKS_FORBIDDEN), "r"(GUEST_ADDRESS_FAULTING)
		: "cc");
	return address;
}

/* Unaligned, of any type. */
struct guest_word64 {
	uint64_t v;
} packed_struct __attribute__((may_alias));

struct guest_word32 {
	uint32_t v;
} packed_struct __attribute__((may_alias));

#define DEFINE_GUEST_ACCESS(bits, modifier)                                                        \
	static always_inline bool guest_load##bits(uint64_t address, uint##bits##_t *out)          \
	{                                                                                          \
		uint##bits##_t value;                                                              \
                                                                                                   \
		__asm__ goto("1: mov %1, %" modifier "0\n" EXCEPTION_FIXUP_TEXT("1b", "%l[fault]") \
			     : "=r"(value)                                                         \
			     : "m"(*(const struct guest_word##bits *)address)                      \
			     : "memory"                                                            \
			     : fault);                                                             \
		*out = value;                                                                      \
		return true;                                                                       \
fault:                                                                                             \
		return false;                                                                      \
	}                                                                                          \
	static always_inline bool guest_store##bits(uint64_t address, uint##bits##_t value)        \
	{                                                                                          \
		__asm__ goto("1: mov %" modifier "0, %1\n" EXCEPTION_FIXUP_TEXT("1b", "%l[fault]") \
			     :                                                                     \
			     : "r"(value), "m"(*(const struct guest_word##bits *)address)          \
			     : "memory"                                                            \
			     : fault);                                                             \
		return true;                                                                       \
fault:                                                                                             \
		return false;                                                                      \
	}

DEFINE_GUEST_ACCESS(64, "q")
DEFINE_GUEST_ACCESS(32, "k")

static always_inline bool guest_word_from(void *to, uint64_t from, size_t at)
{
	uint64_t word;

	if (unlikely(!guest_load64(from + at, &word)))
		return false;
	__builtin_memcpy((char *)to + at, &word, sizeof(word));
	return true;
}

static always_inline bool guest_word_to(uint64_t to, const void *from, size_t at)
{
	uint64_t word;

	__builtin_memcpy(&word, (const char *)from + at, sizeof(word));
	return likely(guest_store64(to + at, word));
}

static always_inline bool guest_half_from(void *to, uint64_t from, size_t at)
{
	uint32_t half;

	if (unlikely(!guest_load32(from + at, &half)))
		return false;
	__builtin_memcpy((char *)to + at, &half, sizeof(half));
	return true;
}

static always_inline bool guest_half_to(uint64_t to, const void *from, size_t at)
{
	uint32_t half;

	__builtin_memcpy(&half, (const char *)from + at, sizeof(half));
	return likely(guest_store32(to + at, half));
}

#define GUEST_COPY_INLINE_MAX 96

/* Not all compilers unroll a loop of these. */
#define GUEST_WORD_STEPS(step) \
	step(0);               \
	step(8);               \
	step(16);              \
	step(24);              \
	step(32);              \
	step(40);              \
	step(48);              \
	step(56);              \
	step(64);              \
	step(72);              \
	step(80);              \
	step(88)

/* Never linked: a call that stays is of a copy that can't be made in line. */
void guest_copy_inline_refused(void);

static always_inline void guest_copy_inline_check(size_t bytes)
{
	if (!__builtin_constant_p(bytes) || bytes > GUEST_COPY_INLINE_MAX || bytes % 4)
		guest_copy_inline_refused();
}

/* From an address that guest_address_clamp() gave, or one of the same range of the guest's that was checked as a whole. */
static always_inline int must_check guest_copy_from_clamped(void *to, uint64_t from, size_t bytes)
{
	guest_copy_inline_check(bytes);
#define STEP(at)                                                             \
	if ((at) + 8 <= bytes && unlikely(!guest_word_from(to, from, (at)))) \
	return -EFAULT
	GUEST_WORD_STEPS(STEP);
#undef STEP
	if (bytes % 8 && unlikely(!guest_half_from(to, from, bytes - 4)))
		return -EFAULT;
	return 0;
}

static always_inline int must_check guest_copy_to_clamped(uint64_t to, const void *from,
							  size_t bytes)
{
	guest_copy_inline_check(bytes);
#define STEP(at)                                                           \
	if ((at) + 8 <= bytes && unlikely(!guest_word_to(to, from, (at)))) \
	return -EFAULT
	GUEST_WORD_STEPS(STEP);
#undef STEP
	if (bytes % 8 && unlikely(!guest_half_to(to, from, bytes - 4)))
		return -EFAULT;
	return 0;
}

static always_inline int must_check guest_copy_from_inline(void *to, uint64_t guest_address,
							   size_t bytes)
{
	return guest_copy_from_clamped(to, guest_address_clamp(guest_address), bytes);
}

static always_inline int must_check guest_copy_to_inline(uint64_t guest_address, const void *from,
							 size_t bytes)
{
	return guest_copy_to_clamped(guest_address_clamp(guest_address), from, bytes);
}

#endif
