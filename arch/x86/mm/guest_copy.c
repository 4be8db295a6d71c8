/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies between the hypervisor and linear addresses of the running guest. A
 * fault in one of the marked instructions resumes at its fix-up and becomes
 * -EFAULT. The guest's own page tables decide what is reachable: guest pages
 * are all user pages, ours never are, and our range is refused beforehand.
 */
#include "asm/page.h"
#include "asm/processor.h"
#include "hv/guest_access.h"

#define SHORT_BYTES 64 /* up to here, words one by one beat the string instructions */

/* One place for the day supervisor-mode access prevention is on. */
static always_inline void user_access_open(void)
{
	compiler_barrier();
}

static always_inline void user_access_close(void)
{
	compiler_barrier();
}

bool guest_range_is_permitted(uint64_t address, uint64_t bytes)
{
	uint64_t last = address + bytes - 1;

	if (bytes == 0)
		return true;
	return last >= address && address_is_canonical(address) && address_is_canonical(last) &&
	       !address_is_hypervisor(address) && !address_is_hypervisor(last) &&
	       !(address < HV_VIRT_START && last >= HV_VIRT_END);
}

/* Also when the processor runs ahead of the check, the address can't be ours: then all ones, which is the last byte. */
static always_inline uint64_t address_clamp(uint64_t address)
{
	uint64_t offset = address - HV_VIRT_START, mask;

	__asm__("cmp %1, %2; sbb %0, %0"
		: "=r"(mask)
		: "r"(HV_VIRT_END - HV_VIRT_START), "r"(offset)
		: "cc");
	return address | mask;
}

static always_inline bool word_load(uint64_t *to, uint64_t address)
{
	uint64_t value;
	bool good = false;

	__asm__ goto("1: mov (%1), %0\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     : "=r"(value)
		     : "r"(address)
		     : "memory"
		     : out);
	*to = value;
	good = true;
out:
	return good;
}

static always_inline bool word_store(uint64_t address, uint64_t value)
{
	bool good = false;

	__asm__ goto("1: mov %0, (%1)\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     :
		     : "r"(value), "r"(address)
		     : "memory"
		     : out);
	good = true;
out:
	return good;
}

/* Returns the number of bytes not copied. */
static always_inline size_t bytes_copy(uint64_t to, uint64_t from, size_t bytes)
{
	__asm__ volatile("1: rep movsb\n2:\n" EXCEPTION_FIXUP(1b, 2b)
			 : "+c"(bytes), "+D"(to), "+S"(from)
			 :
			 : "memory");
	return bytes;
}

static bool words_copy_from(uint64_t *to, uint64_t from, size_t nr_words)
{
	for (size_t i = 0; i < nr_words; i++)
		if (unlikely(!word_load(&to[i], from + 8 * i)))
			return false;
	return true;
}

static bool words_copy_to(uint64_t to, const uint64_t *from, size_t nr_words)
{
	for (size_t i = 0; i < nr_words; i++)
		if (unlikely(!word_store(to + 8 * i, from[i])))
			return false;
	return true;
}

int guest_copy_from(void *to, uint64_t guest_address, size_t bytes)
{
	uint64_t from = address_clamp(guest_address);
	bool good;

	if (unlikely(!guest_range_is_permitted(guest_address, bytes)))
		return -EFAULT;
	user_access_open();
	if (likely(bytes <= SHORT_BYTES && bytes % 8 == 0))
		good = words_copy_from(to, from, bytes / 8);
	else
		good = bytes_copy((uint64_t)to, from, bytes) == 0;
	user_access_close();
	return likely(good) ? 0 : -EFAULT;
}

int guest_copy_to(uint64_t guest_address, const void *from, size_t bytes)
{
	uint64_t to = address_clamp(guest_address);
	bool good;

	if (unlikely(!guest_range_is_permitted(guest_address, bytes)))
		return -EFAULT;
	user_access_open();
	if (likely(bytes <= SHORT_BYTES && bytes % 8 == 0))
		good = words_copy_to(to, from, bytes / 8);
	else
		good = bytes_copy(to, (uint64_t)from, bytes) == 0;
	user_access_close();
	return likely(good) ? 0 : -EFAULT;
}

int guest_clear(uint64_t guest_address, size_t bytes)
{
	uint64_t to = address_clamp(guest_address);

	if (unlikely(!guest_range_is_permitted(guest_address, bytes)))
		return -EFAULT;
	user_access_open();
	__asm__ volatile("1: rep stosb\n2:\n" EXCEPTION_FIXUP(1b, 2b)
			 : "+c"(bytes), "+D"(to)
			 : "a"(0)
			 : "memory");
	user_access_close();
	return bytes ? -EFAULT : 0;
}

static bool element_address(uint64_t *address, uint64_t array, uint64_t index, size_t bytes)
{
	uint64_t offset;

	return !__builtin_mul_overflow(index, bytes, &offset) &&
	       !__builtin_add_overflow(array, offset, address);
}

int guest_copy_from_index(void *to, uint64_t guest_array, uint64_t index, size_t element_bytes)
{
	uint64_t address;

	if (!element_address(&address, guest_array, index, element_bytes))
		return -EFAULT;
	return guest_copy_from(to, address, element_bytes);
}

int guest_copy_to_index(uint64_t guest_array, uint64_t index, const void *from,
			size_t element_bytes)
{
	uint64_t address;

	if (!element_address(&address, guest_array, index, element_bytes))
		return -EFAULT;
	return guest_copy_to(address, from, element_bytes);
}
