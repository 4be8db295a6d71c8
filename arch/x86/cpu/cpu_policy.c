/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID for PV guests. One table gives, per feature word, the bits any guest
 * may see; everything not in it is hidden, new features of new processors
 * included. Sources: Intel SDM 2A CPUID; AMD64 APM 3 appendix E.
 */
#include "asm/cpu_policy.h"

#include "abi/cpuid.h"
#include "asm/cpu_features.h"
#include "asm/xstate.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/heap.h"
#include "hv/string.h"
#include "hv/time.h"
#include "cpu_policy_private.h"

#define LEAF_TOPOLOGY 0xbU
#define LEAF_XSTATE 0xdU
#define LEAF_HYPERVISOR 0x40000000U
#define LEAF_EXTENDED 0x80000000U
#define MAX_BASIC_LEAF 0xdU
#define MAX_EXTENDED_LEAF 0x8000001eU
#define NR_XSTATE_SUBLEAVES 63U
#define VERSION_4_17 (4U << 16 | 17U)

#define TOPOLOGY_COUNT_ONE (1U << 16)
#define CACHE_SHARING \
	0xffffc000U /* leaf 4 EAX: cores of the package, threads that share the cache */

#define BIT(n) (1U << (n))

/* Bits that make sense to a kernel in ring 3 whose page tables, APIC and power states are ours. */
static const struct {
	uint32_t any;	   /* every guest */
	uint32_t hardware; /* the hardware domain as well */
} features_offered[NR_CPU_FEATURE_WORDS] = {
	/* FPU DE TSC MSR PAE MCE CX8 APIC MCA CMOV PAT CLFLUSH ACPI MMX FXSR SSE SSE2 SS; MTRR HTT */
	[CPUID_1_EDX] = {BIT(0) | BIT(2) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(9) |
				 BIT(14) | BIT(15) | BIT(16) | BIT(19) | BIT(22) | BIT(23) |
				 BIT(24) | BIT(25) | BIT(26) | BIT(27),
			 BIT(12) | BIT(28)},
	/* SSE3 PCLMUL SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT AES XSAVE AVX F16C RDRAND HYPERVISOR */
	[CPUID_1_ECX] = {BIT(0) | BIT(1) | BIT(9) | BIT(12) | BIT(13) | BIT(19) | BIT(20) |
				 BIT(22) | BIT(23) | BIT(25) | BIT(26) | BIT(28) | BIT(29) |
				 BIT(30) | BIT(31),
			 0},
	/* the copies of leaf 1, SYSCALL NX MMXEXT FFXSR RDTSCP LM 3DNOWEXT 3DNOW */
	[CPUID_80000001_EDX] = {BIT(0) | BIT(2) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) |
					BIT(9) | BIT(11) | BIT(14) | BIT(15) | BIT(16) | BIT(20) |
					BIT(22) | BIT(23) | BIT(24) | BIT(25) | BIT(27) | BIT(29) |
					BIT(30) | BIT(31),
				0},
	/* LAHF ABM SSE4A MISALIGNSSE 3DNOWPREFETCH XOP FMA4 TBM; CMP_LEGACY TOPOEXT */
	[CPUID_80000001_ECX] = {BIT(0) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(11) | BIT(16) |
					BIT(21),
				BIT(1) | BIT(22)},
	/* FSGSBASE BMI1 AVX2 BMI2 ERMS RDSEED ADX CLFLUSHOPT CLWB AVX512 SHA NO_FPU_SEL */
	[CPUID_7_EBX] = {BIT(0) | BIT(3) | BIT(5) | BIT(8) | BIT(9) | BIT(13) | BIT(16) | BIT(17) |
				 BIT(18) | BIT(19) | BIT(21) | BIT(23) | BIT(24) | BIT(26) |
				 BIT(27) | BIT(28) | BIT(29) | BIT(30) | BIT(31),
			 0},
	/* PREFETCHWT1 VBMI VBMI2 GFNI VAES VPCLMUL VNNI BITALG VPOPCNTDQ RDPID CLDEMOTE MOVDIRI MOVDIR64B */
	[CPUID_7_ECX] = {BIT(0) | BIT(1) | BIT(6) | BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) |
				 BIT(14) | BIT(22) | BIT(25) | BIT(27) | BIT(28),
			 0},
	/* 4VNNIW 4FMAPS FSRM MD_CLEAR SERIALIZE */
	[CPUID_7_EDX] = {BIT(2) | BIT(3) | BIT(4) | BIT(10) | BIT(14), 0},
	/* XSAVEOPT XSAVEC XGETBV1 */
	[CPUID_D_1_EAX] = {BIT(0) | BIT(1) | BIT(2), 0},
	/* invariant TSC: the hardware domain never migrates */
	[CPUID_80000007_EDX] = {0, BIT(8)},
	/* CLZERO RSTR_FP_ERR_PTRS */
	[CPUID_80000008_EBX] = {BIT(0) | BIT(2), 0},
};

struct cpu_policy *cpu_policy_create(const struct domain *d)
{
	struct cpu_policy *policy = object_alloc(sizeof(*policy));

	if (!policy)
		return NULL;
	policy->is_hardware_domain = d->is_hardware;
	for (unsigned int i = 0; i < NR_CPU_FEATURE_WORDS; i++) {
		uint32_t offered = features_offered[i].any;

		if (d->is_hardware)
			offered |= features_offered[i].hardware;
		policy->features[i] = cpu_host.features[i] & offered;
	}
	policy->features[CPUID_1_ECX] |= BIT(31); /* a hypervisor is present */
	if (!xstate_components())
		policy->features[CPUID_1_ECX] &= ~(BIT(26) | BIT(28));
	policy->max_leaf = MIN(cpu_host.max_leaf, MAX_BASIC_LEAF);
	policy->max_extended_leaf = MIN(cpu_host.max_extended_leaf, MAX_EXTENDED_LEAF);
	return policy;
}

void cpu_policy_destroy(struct cpu_policy *policy)
{
	if (policy)
		object_free(policy->given);
	object_free(policy);
}

static uint32_t policy_apic_id(const struct vcpu *v)
{
	if (v->domain->is_hardware && v->id < acpi_information.nr_processors)
		return acpi_information.processors[v->id].apic_id;
	return v->id * 2;
}

static void leaf_features(const struct cpu_policy *p, struct cpuid_result *r)
{
	if (!p->is_hardware_domain)
		r->ebx = (r->ebx & 0xffff) | TOPOLOGY_COUNT_ONE;
	r->ecx = p->features[CPUID_1_ECX];
	r->edx = p->features[CPUID_1_EDX];
	/* Always with XSAVE: PV kernels take its absence for a hypervisor that can't switch the state. */
	if (r->ecx & BIT(26))
		r->ecx |= BIT(27);
}

static void leaf_xstate(const struct cpu_policy *p, uint32_t subleaf, struct cpuid_result *r)
{
	uint64_t offered = xstate_components();

	if (!(p->features[CPUID_1_ECX] & BIT(26)) || subleaf >= NR_XSTATE_SUBLEAVES) {
		*r = (struct cpuid_result){0};
	} else if (subleaf == 0) {
		/* The processor reports EBX for the XCR0 of now, which is the guest's. */
		r->eax = (uint32_t)offered;
		r->edx = (uint32_t)(offered >> 32);
		r->ecx = xstate_bytes();
	} else if (subleaf == 1) {
		*r = (struct cpuid_result){.eax = p->features[CPUID_D_1_EAX]};
	} else if (!(offered >> subleaf & 1)) {
		*r = (struct cpuid_result){0};
	}
}

/* Which threads share a core and which cores a package is nobody's business but the hardware domain's. */
static void leaf_topology(const struct cpu_policy *p, uint32_t subleaf, struct cpuid_result *r)
{
	if (subleaf > 1 || !p->is_hardware_domain)
		*r = (struct cpuid_result){.ecx = subleaf & 0xff};
}

static void leaf_cache(const struct cpu_policy *p, struct cpuid_result *r)
{
	if (!p->is_hardware_domain)
		r->eax &= ~CACHE_SHARING;
}

static void leaf_basic(const struct cpu_policy *p, uint32_t leaf, uint32_t subleaf,
		       struct cpuid_result *r)
{
	switch (leaf) {
	case 0:
		r->eax = p->max_leaf;
		break;
	case 1:
		leaf_features(p, r);
		break;
	case 2:
		break;
	case 4:
		leaf_cache(p, r);
		break;
	case 7:
		*r = (struct cpuid_result){0};
		if (!subleaf) {
			r->ebx = p->features[CPUID_7_EBX];
			r->ecx = p->features[CPUID_7_ECX];
			r->edx = p->features[CPUID_7_EDX];
		}
		break;
	case LEAF_TOPOLOGY:
		leaf_topology(p, subleaf, r);
		break;
	case LEAF_XSTATE:
		leaf_xstate(p, subleaf, r);
		break;
	default: /* MWAIT, power, performance counters, trace: not for guests */
		*r = (struct cpuid_result){0};
		break;
	}
}

static void leaf_extended(const struct cpu_policy *p, uint32_t leaf, struct cpuid_result *r)
{
	switch (leaf & 0xff) {
	case 0x00:
		r->eax = p->max_extended_leaf;
		break;
	case 0x01:
		r->ecx = p->features[CPUID_80000001_ECX];
		r->edx = p->features[CPUID_80000001_EDX];
		break;
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x05:
	case 0x06:
		break;
	case 0x1d:
		leaf_cache(p, r);
		break;
	case 0x1e:
		if (!p->is_hardware_domain)
			*r = (struct cpuid_result){0};
		break;
	case 0x07:
		*r = (struct cpuid_result){.edx = p->features[CPUID_80000007_EDX]};
		break;
	case 0x08:
		r->ebx = p->features[CPUID_80000008_EBX];
		if (!p->is_hardware_domain)
			r->ecx = 0;
		r->edx = 0;
		break;
	default:
		*r = (struct cpuid_result){0};
		break;
	}
}

static struct cpuid_result leaf_time(uint32_t subleaf)
{
	const struct time_record *record = time_record_this_cpu();

	switch (subleaf) {
	case 0: /* the TSC is native: not emulated, and the same on every CPU */
		return (struct cpuid_result){.eax = 2, .ecx = (uint32_t)time_tsc_khz()};
	case 1:
		return (struct cpuid_result){.ecx = record->multiplier,
					     .edx = (uint32_t)(int32_t)record->shift};
	case 2:
		return (struct cpuid_result){.eax = (uint32_t)time_tsc_khz()};
	default:
		return (struct cpuid_result){0};
	}
}

static struct cpuid_result leaf_hypervisor(uint32_t leaf, uint32_t subleaf)
{
	switch (leaf - LEAF_HYPERVISOR) {
	case 0:
		return (struct cpuid_result){LEAF_HYPERVISOR + 5, XEN_CPUID_SIGNATURE_EBX,
					     XEN_CPUID_SIGNATURE_ECX, XEN_CPUID_SIGNATURE_EDX};
	case 1:
		return (struct cpuid_result){.eax = VERSION_4_17};
	case 2:
		return (struct cpuid_result){.eax = 1,
					     .ebx = 0x40000000,
					     .ecx = XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD};
	case 3:
		return leaf_time(subleaf);
	case 5:
		return (struct cpuid_result){.ebx = cpu_host.physical_bits};
	default:
		return (struct cpuid_result){0};
	}
}

static always_inline struct cpuid_result leaf_read(const struct cpu_policy *p, uint32_t leaf,
						   uint32_t subleaf)
{
	struct cpuid_result r = {0};

	if (leaf - LEAF_HYPERVISOR < 0x10000)
		return leaf_hypervisor(leaf, subleaf);
	if (leaf > (leaf >= LEAF_EXTENDED ? p->max_extended_leaf : p->max_leaf))
		return r;
	r = cpuid_read(leaf, subleaf);
	if (leaf >= LEAF_EXTENDED)
		leaf_extended(p, leaf, &r);
	else
		leaf_basic(p, leaf, subleaf, &r);
	if (unlikely(p->given))
		policy_apply_given(p, leaf, subleaf, &r);
	if (leaf == 1)
		r.ebx &= 0x00ffffff;
	return r;
}

struct cpuid_result policy_read(const struct cpu_policy *p, uint32_t leaf, uint32_t subleaf)
{
	return leaf_read(p, leaf, subleaf);
}

struct cpuid_result cpu_policy_read(const struct vcpu *v, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_result r = leaf_read(v->arch.policy, leaf, subleaf);

	/* The vcpu's own number. */
	if (leaf == 1)
		r.ebx |= policy_apic_id(v) << 24;
	else if (leaf == LEAF_TOPOLOGY && leaf <= v->arch.policy->max_leaf)
		r.edx = policy_apic_id(v);
	return r;
}
