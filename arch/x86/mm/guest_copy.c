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

#define SHORT_BYTES 128 /* up to here, words one by one beat the string instructions */

/* One place for the day supervisor-mode access prevention is on. */
static always_inline void user_access_open(void)
{
	compiler_barrier();
}

static always_inline void user_access_close(void)
{
	compiler_barrier();
}

/*
 * Our range begins where the upper half of the canonical addresses does: what
 * is forbidden is one interval, from the end of the lower half to our end.
 */
bool guest_range_is_permitted(uint64_t address, uint64_t bytes)
{
	if (address >= HV_VIRT_END)
		return bytes == 0 || address + bytes - 1 >= address;
	return address <= LOW_HALF_END && bytes <= LOW_HALF_END - address;
}

/* Also when the processor runs ahead of the check, the address can't be ours: then all ones, which is the last byte. */
static always_inline uint64_t address_clamp(uint64_t address)
{
	uint64_t offset = address - LOW_HALF_END, mask;

	__asm__("cmp %1, %2; sbb %0, %0"
		: "=r"(mask)
		: "r"(HV_VIRT_END - LOW_HALF_END), "r"(offset)
		: "cc");
	return address | mask;
}

/* One access of a width; false when it faulted. */
#define DEFINE_ACCESS(type, modifier)                                                              \
	static always_inline bool load_##type(void *to, uint64_t address)                          \
	{                                                                                          \
		type##_t value;                                                                    \
		bool good = false;                                                                 \
                                                                                                   \
		__asm__ goto("1: mov (%1), %" modifier "0\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]") \
			     : "=r"(value)                                                         \
			     : "r"(address)                                                        \
			     : "memory"                                                            \
			     : out);                                                               \
		__builtin_memcpy(to, &value, sizeof(value));                                       \
		good = true;                                                                       \
out:                                                                                               \
		return good;                                                                       \
	}                                                                                          \
	static always_inline bool store_##type(uint64_t address, const void *from)                 \
	{                                                                                          \
		type##_t value;                                                                    \
		bool good = false;                                                                 \
                                                                                                   \
		__builtin_memcpy(&value, from, sizeof(value));                                     \
		__asm__ goto("1: mov %" modifier "0, (%1)\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]") \
			     :                                                                     \
			     : "r"(value), "r"(address)                                            \
			     : "memory"                                                            \
			     : out);                                                               \
		good = true;                                                                       \
out:                                                                                               \
		return good;                                                                       \
	}

DEFINE_ACCESS(uint64, "q")
DEFINE_ACCESS(uint32, "k")
DEFINE_ACCESS(uint16, "w")
DEFINE_ACCESS(uint8, "b")

/* Returns the number of words or bytes not copied: words first, then the bytes that are left over. */
static always_inline size_t bytes_copy(uint64_t to, uint64_t from, size_t bytes)
{
	size_t count = bytes / 8, rest = bytes % 8;

	__asm__ volatile("1: rep movsq\n"
			 "mov %3, %0\n"
			 "2: rep movsb\n"
			 "3:\n" EXCEPTION_FIXUP(1b, 3b) EXCEPTION_FIXUP(2b, 3b)
			 : "+c"(count), "+D"(to), "+S"(from)
			 : "r"(rest)
			 : "memory");
	return count;
}

static always_inline bool short_copy_from(char *to, uint64_t from, size_t bytes)
{
	for (; bytes >= 8; bytes -= 8, to += 8, from += 8)
		if (unlikely(!load_uint64(to, from)))
			return false;
	if (bytes & 4) {
		if (unlikely(!load_uint32(to, from)))
			return false;
		to += 4;
		from += 4;
	}
	if (likely(!(bytes & 3)))
		return true;
	if (bytes & 2) {
		if (!load_uint16(to, from))
			return false;
		to += 2;
		from += 2;
	}
	return !(bytes & 1) || load_uint8(to, from);
}

static always_inline bool short_copy_to(uint64_t to, const char *from, size_t bytes)
{
	for (; bytes >= 8; bytes -= 8, to += 8, from += 8)
		if (unlikely(!store_uint64(to, from)))
			return false;
	if (bytes & 4) {
		if (unlikely(!store_uint32(to, from)))
			return false;
		to += 4;
		from += 4;
	}
	if (likely(!(bytes & 3)))
		return true;
	if (bytes & 2) {
		if (!store_uint16(to, from))
			return false;
		to += 2;
		from += 2;
	}
	return !(bytes & 1) || store_uint8(to, from);
}

int guest_copy_from(void *to, uint64_t guest_address, size_t bytes)
{
	uint64_t from = address_clamp(guest_address);
	bool good;

	if (unlikely(!guest_range_is_permitted(guest_address, bytes)))
		return -EFAULT;
	user_access_open();
	if (likely(bytes <= SHORT_BYTES))
		good = short_copy_from(to, from, bytes);
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
	if (likely(bytes <= SHORT_BYTES))
		good = short_copy_to(to, from, bytes);
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
