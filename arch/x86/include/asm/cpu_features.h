/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the boot CPU can do, as CPUID says: read once, immutable afterwards;
 * the others are checked to have the same. What a guest is told is
 * asm/cpu_policy.h's. Sources: Intel SDM 2A CPUID, AMD64 APM 3 appendix E.
 */
#ifndef ASM_CPU_FEATURES_H
#define ASM_CPU_FEATURES_H

#include "hv/types.h"

enum cpu_feature_word {
	CPUID_1_EDX,
	CPUID_1_ECX,
	CPUID_80000001_EDX,
	CPUID_80000001_ECX,
	CPUID_7_EBX,
	CPUID_7_ECX,
	CPUID_7_EDX,
	CPUID_D_1_EAX,
	CPUID_80000007_EDX,
	CPUID_80000008_EBX,
	NR_CPU_FEATURE_WORDS
};

enum cpu_vendor { CPU_VENDOR_OTHER, CPU_VENDOR_INTEL, CPU_VENDOR_AMD };

#define CPU_FEATURE(word, bit) ((word)*32 + (bit))

#define FEATURE_PSE CPU_FEATURE(CPUID_1_EDX, 3)
#define FEATURE_TSC CPU_FEATURE(CPUID_1_EDX, 4)
#define FEATURE_MSR CPU_FEATURE(CPUID_1_EDX, 5)
#define FEATURE_PAE CPU_FEATURE(CPUID_1_EDX, 6)
#define FEATURE_MCE CPU_FEATURE(CPUID_1_EDX, 7)
#define FEATURE_CX8 CPU_FEATURE(CPUID_1_EDX, 8)
#define FEATURE_APIC CPU_FEATURE(CPUID_1_EDX, 9)
#define FEATURE_SEP CPU_FEATURE(CPUID_1_EDX, 11)
#define FEATURE_MTRR CPU_FEATURE(CPUID_1_EDX, 12)
#define FEATURE_PGE CPU_FEATURE(CPUID_1_EDX, 13)
#define FEATURE_MCA CPU_FEATURE(CPUID_1_EDX, 14)
#define FEATURE_PAT CPU_FEATURE(CPUID_1_EDX, 16)
#define FEATURE_CLFLUSH CPU_FEATURE(CPUID_1_EDX, 19)
#define FEATURE_FXSR CPU_FEATURE(CPUID_1_EDX, 24)
#define FEATURE_SSE CPU_FEATURE(CPUID_1_EDX, 25)
#define FEATURE_SSE2 CPU_FEATURE(CPUID_1_EDX, 26)
#define FEATURE_MONITOR CPU_FEATURE(CPUID_1_ECX, 3)
#define FEATURE_VMX CPU_FEATURE(CPUID_1_ECX, 5)
#define FEATURE_CX16 CPU_FEATURE(CPUID_1_ECX, 13)
#define FEATURE_PCID CPU_FEATURE(CPUID_1_ECX, 17)
#define FEATURE_X2APIC CPU_FEATURE(CPUID_1_ECX, 21)
#define FEATURE_TSC_DEADLINE CPU_FEATURE(CPUID_1_ECX, 24)
#define FEATURE_XSAVE CPU_FEATURE(CPUID_1_ECX, 26)
#define FEATURE_AVX CPU_FEATURE(CPUID_1_ECX, 28)
#define FEATURE_HYPERVISOR CPU_FEATURE(CPUID_1_ECX, 31)
#define FEATURE_SYSCALL CPU_FEATURE(CPUID_80000001_EDX, 11)
#define FEATURE_NX CPU_FEATURE(CPUID_80000001_EDX, 20)
#define FEATURE_FFXSR CPU_FEATURE(CPUID_80000001_EDX, 25)
#define FEATURE_PAGE_1G CPU_FEATURE(CPUID_80000001_EDX, 26)
#define FEATURE_RDTSCP CPU_FEATURE(CPUID_80000001_EDX, 27)
#define FEATURE_LM CPU_FEATURE(CPUID_80000001_EDX, 29)
#define FEATURE_SVM CPU_FEATURE(CPUID_80000001_ECX, 2)
#define FEATURE_FSGSBASE CPU_FEATURE(CPUID_7_EBX, 0)
#define FEATURE_SMEP CPU_FEATURE(CPUID_7_EBX, 7)
#define FEATURE_ERMS CPU_FEATURE(CPUID_7_EBX, 9)
#define FEATURE_INVPCID CPU_FEATURE(CPUID_7_EBX, 10)
#define FEATURE_SMAP CPU_FEATURE(CPUID_7_EBX, 20)
#define FEATURE_UMIP CPU_FEATURE(CPUID_7_ECX, 2)
#define FEATURE_RDPID CPU_FEATURE(CPUID_7_ECX, 22)
#define FEATURE_XSAVEOPT CPU_FEATURE(CPUID_D_1_EAX, 0)
#define FEATURE_XSAVEC CPU_FEATURE(CPUID_D_1_EAX, 1)
#define FEATURE_INVARIANT_TSC CPU_FEATURE(CPUID_80000007_EDX, 8)
#define FEATURE_RSTR_FP_ERR_PTRS CPU_FEATURE(CPUID_80000008_EBX, 2)

struct cpu_host {
	uint32_t features[NR_CPU_FEATURE_WORDS];
	uint32_t max_leaf, max_extended_leaf;
	uint32_t signature; /* CPUID 1 EAX */
	uint16_t family, model, stepping;
	uint8_t physical_bits, linear_bits;
	enum cpu_vendor vendor;
	char vendor_name[13], model_name[49];
};

extern struct cpu_host cpu_host;

static always_inline bool cpu_has(unsigned int feature)
{
	return cpu_host.features[feature / 32] >> (feature % 32) & 1;
}

/* Boot CPU, first of all. */
void cpu_features_init_boot(void);
/* Every CPU: control registers, EFER, PAT and the SYSCALL MSRs. Its stack block and cpu_block are set. */
void cpu_control_init(unsigned int cpu);
/* Boot CPU, after options: how idle CPUs wait. */
void cpu_idle_init(void);
/* Names on the console what this CPU lacks of the boot CPU's features; false when something is missing. */
bool must_check cpu_features_check(unsigned int cpu);

#endif
