/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detects the host's features and sets each CPU's control registers to match. MTRRs stay as the
 * firmware left them; the PAT has the ABI's layout, which PV guests rely on.
 */
#include "asm/cpu_features.h"
#include "asm/descriptors.h"
#include "asm/processor.h"
#include "hv/printk.h"
#include "hv/string.h"

#define MSR_SYSENTER_CS 0x174
#define MSR_SYSENTER_ESP 0x175
#define MSR_SYSENTER_EIP 0x176
#define MSR_PAT 0x277
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SFMASK 0xc0000084
#define EFER_SCE 0x1UL
#define EFER_LME 0x100UL
#define EFER_NXE 0x800UL
/* WB WT UC- UC WC WP UC UC (ABI, PAT of PV guests) */
#define PAT_VALUE 0x0000050100070406UL
#define SYSCALL_CLEARS                                                                         \
	(RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_RF | RFLAGS_VM | \
	 RFLAGS_AC | RFLAGS_ID | RFLAGS_CF)
#define CR0_AM (1UL << 18)

struct cpu_host cpu_host;

struct word_source {
	uint32_t leaf;
	uint8_t subleaf, reg; /* reg: index in struct cpuid_result */
};

static const struct word_source word_sources[NR_CPU_FEATURE_WORDS] = {
	[CPUID_1_EDX] = {1, 0, 3},
	[CPUID_1_ECX] = {1, 0, 2},
	[CPUID_80000001_EDX] = {0x80000001, 0, 3},
	[CPUID_80000001_ECX] = {0x80000001, 0, 2},
	[CPUID_7_EBX] = {7, 0, 1},
	[CPUID_7_ECX] = {7, 0, 2},
	[CPUID_7_EDX] = {7, 0, 3},
	[CPUID_D_1_EAX] = {0xd, 1, 0},
	[CPUID_80000007_EDX] = {0x80000007, 0, 3},
	[CPUID_80000008_EBX] = {0x80000008, 0, 1},
};

static bool leaf_exists(uint32_t leaf)
{
	return leaf <= (leaf & 0x80000000 ? cpu_host.max_extended_leaf : cpu_host.max_leaf);
}

static void features_read(uint32_t *words)
{
	for (unsigned int i = 0; i < NR_CPU_FEATURE_WORDS; i++) {
		const struct word_source *source = &word_sources[i];
		struct cpuid_result r;

		words[i] = 0;
		if (!leaf_exists(source->leaf))
			continue;
		r = cpuid_read(source->leaf, source->subleaf);
		words[i] = (const uint32_t[]){r.eax, r.ebx, r.ecx, r.edx}[source->reg];
	}
}

static void vendor_read(void)
{
	struct cpuid_result r = cpuid_read(0, 0);

	memcpy(cpu_host.vendor_name, &r.ebx, 4);
	memcpy(cpu_host.vendor_name + 4, &r.edx, 4);
	memcpy(cpu_host.vendor_name + 8, &r.ecx, 4);
	cpu_host.max_leaf = r.eax;
	if (!strcmp(cpu_host.vendor_name, "GenuineIntel"))
		cpu_host.vendor = CPU_VENDOR_INTEL;
	else if (!strcmp(cpu_host.vendor_name, "AuthenticAMD") ||
		 !strcmp(cpu_host.vendor_name, "HygonGenuine"))
		cpu_host.vendor = CPU_VENDOR_AMD;
}

static void signature_read(void)
{
	uint32_t value = cpuid_read(1, 0).eax;
	uint32_t family = value >> 8 & 15, model = value >> 4 & 15;

	cpu_host.signature = value;
	cpu_host.stepping = value & 15;
	if (family == 6 || family == 15)
		model |= value >> 12 & 0xf0;
	if (family == 15)
		family += value >> 20 & 0xff;
	cpu_host.family = (uint16_t)family;
	cpu_host.model = (uint16_t)model;
}

static void model_name_read(void)
{
	if (!leaf_exists(0x80000004))
		return;
	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid_result r = cpuid_read(0x80000002 + i, 0);

		memcpy(cpu_host.model_name + 16 * i, &r, sizeof(r));
	}
}

void cpu_features_init_boot(void)
{
	vendor_read();
	cpu_host.max_extended_leaf = cpuid_read(0x80000000, 0).eax;
	signature_read();
	model_name_read();
	features_read(cpu_host.features);
	cpu_host.physical_bits = 36;
	cpu_host.linear_bits = 48;
	if (leaf_exists(0x80000008)) {
		uint32_t value = cpuid_read(0x80000008, 0).eax;

		cpu_host.physical_bits = value & 0xff;
		cpu_host.linear_bits = value >> 8 & 0xff;
	}
}

/* OSXSAVE, the APIC's id and the like mirror a CPU's state, not its abilities. */
static uint32_t word_without_state(unsigned int word, uint32_t value)
{
	if (word == CPUID_1_ECX)
		return value & ~(1u << 27);
	if (word == CPUID_7_ECX)
		return value & ~(1u << 4);
	return value;
}

bool cpu_features_check(unsigned int cpu)
{
	uint32_t words[NR_CPU_FEATURE_WORDS];
	bool is_same = true;

	features_read(words);
	for (unsigned int i = 0; i < NR_CPU_FEATURE_WORDS; i++) {
		uint32_t lacks = word_without_state(i, cpu_host.features[i]) & ~words[i];

		if (!lacks)
			continue;
		is_same = false;
		printk(LOG_WARNING, "CPU%u lacks features of CPU0: CPUID %#x, bits %#x", cpu,
		       word_sources[i].leaf, lacks);
	}
	return is_same;
}

static uint64_t cr4_wanted(void)
{
	static const struct {
		uint16_t feature;
		uint32_t bit;
	} rows[] = {
		{FEATURE_PGE, CR4_PGE},		  {FEATURE_MCE, CR4_MCE},
		{FEATURE_FXSR, CR4_OSFXSR},	  {FEATURE_SSE, CR4_OSXMMEXCPT},
		{FEATURE_XSAVE, CR4_OSXSAVE},	  {FEATURE_SMEP, CR4_SMEP},
		{FEATURE_FSGSBASE, CR4_FSGSBASE},
	};
	uint64_t value = CR4_PAE | CR4_PSE;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (cpu_has(rows[i].feature))
			value |= rows[i].bit;
	return value;
}

static void syscall_init(unsigned int cpu)
{
	uint64_t page = stack_block_of(cpu) + STACK_PAGE_SYSCALL * PAGE_SIZE;

	write_msr(MSR_STAR, (uint64_t)SELECTOR_SYSRET_BASE << 48 | (uint64_t)SELECTOR_HV_CS << 32);
	write_msr(MSR_LSTAR, page);
	write_msr(MSR_CSTAR, page + SYSCALL_PAGE_COMPAT_OFFSET);
	write_msr(MSR_SFMASK, SYSCALL_CLEARS);
}

/* AMD's have no SYSENTER in long mode. Whatever ran before us may have left an entry: without a segment it is a #GP of its caller. */
static void sysenter_init(unsigned int cpu)
{
	bool is_served = cpu_host.vendor == CPU_VENDOR_INTEL;

	if (!cpu_has(FEATURE_SEP))
		return;
	write_msr(MSR_SYSENTER_CS, is_served ? SELECTOR_HV_CS : 0);
	if (!is_served)
		return;
	write_msr(MSR_SYSENTER_ESP, (uint64_t)(&cpu_block_of(cpu)->guest_registers + 1));
	write_msr(MSR_SYSENTER_EIP, (uint64_t)sysenter_enter);
}

void cpu_control_init(unsigned int cpu)
{
	write_cr0((read_cr0() | CR0_MP | CR0_NE | CR0_WP | CR0_AM) & ~(CR0_EM | CR0_TS));
	write_cr4(cr4_wanted());
	write_msr(MSR_EFER, EFER_SCE | EFER_LME | EFER_NXE);
	if (cpu_has(FEATURE_PAT))
		write_msr(MSR_PAT, PAT_VALUE);
	syscall_init(cpu);
	sysenter_init(cpu);
}
