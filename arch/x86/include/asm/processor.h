/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions that C can't say: control registers, MSRs, ports, interrupts, barriers. */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include "hv/types.h"

#define DEFINE_READ_CR(nr)                                                      \
	static always_inline uint64_t read_cr##nr(void)                         \
	{                                                                       \
		uint64_t value;                                                 \
		__asm__ volatile("mov %%cr" #nr ", %0" : "=r"(value));          \
		return value;                                                   \
	}                                                                       \
	static always_inline void write_cr##nr(uint64_t value)                  \
	{                                                                       \
		__asm__ volatile("mov %0, %%cr" #nr : : "r"(value) : "memory"); \
	}

DEFINE_READ_CR(0)
DEFINE_READ_CR(2)
DEFINE_READ_CR(3)
DEFINE_READ_CR(4)

static always_inline uint64_t read_msr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (uint64_t)high << 32;
}

static always_inline void write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

/* With fault fix-up: 0, or -EFAULT when the processor refused it. */
int must_check read_msr_safe(uint32_t msr, uint64_t *value);
int must_check write_msr_safe(uint32_t msr, uint64_t value);

struct cpuid_result {
	uint32_t eax, ebx, ecx, edx;
};

static always_inline struct cpuid_result cpuid_read(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_result r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

static always_inline uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | (uint64_t)high << 32;
}

/* This CPU's translations of one page of the running address space. */
static always_inline void tlb_invalidate_page(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static always_inline void cache_write_back_invalidate(void)
{
	__asm__ volatile("wbinvd" : : : "memory");
}

static always_inline void interrupts_on(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static always_inline void interrupts_off(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static always_inline uint64_t interrupts_save_off(void)
{
	uint64_t flags;

	__asm__ volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static always_inline void interrupts_restore(uint64_t flags)
{
	if (flags & 0x200)
		interrupts_on();
}

static always_inline bool interrupts_are_on(void)
{
	uint64_t flags;

	__asm__ volatile("pushf; pop %0" : "=r"(flags));
	return flags & 0x200;
}

static always_inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

static always_inline void port_write8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static always_inline uint8_t port_read8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static always_inline void port_write16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static always_inline uint16_t port_read16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static always_inline void port_write32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static always_inline uint32_t port_read32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#define memory_barrier() __asm__ volatile("lock addl $0, -4(%%rsp)" : : : "memory", "cc")
#define compiler_barrier() __asm__ volatile("" : : : "memory")

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

/* The number, or 0 when the processor runs ahead of the check that it is below the limit. */
static always_inline uint64_t index_clamp(uint64_t number, uint64_t limit)
{
	uint64_t mask;

	__asm__("cmp %1, %2; sbb %0, %0" : "=r"(mask) : "r"(limit), "r"(number) : "cc");
	return number & mask;
}

#define CR0_MP (1UL << 1)
#define CR0_EM (1UL << 2)
#define CR0_TS (1UL << 3)
#define CR0_NE (1UL << 5)
#define CR0_WP (1UL << 16)
#define CR4_TSD (1UL << 2)
#define CR4_DE (1UL << 3)
#define CR4_PSE (1UL << 4)
#define CR4_PAE (1UL << 5)
#define CR4_MCE (1UL << 6)
#define CR4_PGE (1UL << 7)
#define CR4_OSFXSR (1UL << 9)
#define CR4_OSXMMEXCPT (1UL << 10)
#define CR4_UMIP (1UL << 11)
#define CR4_FSGSBASE (1UL << 16)
#define CR4_PCIDE (1UL << 17)
#define CR4_OSXSAVE (1UL << 18)
#define CR4_SMEP (1UL << 20)
#define CR4_SMAP (1UL << 21)

#define RFLAGS_CF 0x1UL
#define RFLAGS_TF 0x100UL
#define RFLAGS_IF 0x200UL
#define RFLAGS_DF 0x400UL
#define RFLAGS_IOPL 0x3000UL
#define RFLAGS_NT 0x4000UL
#define RFLAGS_RF 0x10000UL
#define RFLAGS_VM 0x20000UL
#define RFLAGS_AC 0x40000UL
#define RFLAGS_ID 0x200000UL

/* Exception table: a fault at `from` in the hypervisor resumes at `to`. */
#define EXCEPTION_FIXUP(from, to) EXCEPTION_FIXUP_TEXT(#from, #to)
#define EXCEPTION_FIXUP_TEXT(from, to) \
	".pushsection .exception_table, \"a\"\n.balign 8\n.quad " from ", " to "\n.popsection\n"

struct exception_row {
	uint64_t from, to;
};

/* The linker's. */
extern const struct exception_row exception_table_start[], exception_table_end[];

#endif
