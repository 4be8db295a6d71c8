/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Model-specific registers that a PV guest kernel may read or write; all others give #GP. */
#include "asm/msr.h"

#include "asm/cpu_features.h"
#include "asm/cpu_policy.h"
#include "asm/pv.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/percpu.h"

#define EFER_HIDDEN (1UL << 12) /* SVME */
#define APIC_BASE_X2APIC (1UL << 10)
#define NR_VARIABLE_MTRRS 8

static int read_segment_base(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)v;
	*value = read_msr(msr);
	return 0;
}

static int write_segment_base(struct vcpu *v, uint32_t msr, uint64_t value)
{
	(void)v;
	if (!address_is_canonical(value))
		return -EPERM;
	write_msr(msr, value);
	return 0;
}

static int read_efer(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)v;
	*value = read_msr(msr) & ~EFER_HIDDEN;
	return 0;
}

static int read_apic_base(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	if (!v->domain->is_hardware)
		return -EPERM;
	*value = read_msr(msr) & ~APIC_BASE_X2APIC;
	return 0;
}

static int read_host(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)v;
	return read_msr_safe(msr, value) ? -EPERM : 0;
}

static int read_host_hardware(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	return v->domain->is_hardware && !read_msr_safe(msr, value) ? 0 : -EPERM;
}

/* The microcode's revision is the machine owner's business; others read that of none. */
static int read_revision(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	if (v->domain->is_hardware)
		return read_host(v, msr, value);
	*value = 0;
	return 0;
}

/* No banks: machine checks are the hypervisor's. */
static int read_zero(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)v;
	(void)msr;
	*value = 0;
	return 0;
}

static int read_tsc_msr(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)v;
	(void)msr;
	*value = read_tsc();
	return 0;
}

static int read_tsc_aux(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	(void)msr;
	*value = v->arch.pv.msr_tsc_aux;
	return cpu_has(FEATURE_RDTSCP) ? 0 : -EPERM;
}

/* 1 + what is in the register; 0: not known. */
static DEFINE_PER_CPU(uint64_t, tsc_aux_loaded);

void pv_forget_tsc_aux(void)
{
	this_cpu(tsc_aux_loaded) = 0;
}

/* RDTSCP reads it in user mode as well. Most vcpus have the same, 0. */
void pv_load_tsc_aux(const struct vcpu *v)
{
	uint64_t value = v->arch.pv.msr_tsc_aux;

	if (likely(this_cpu(tsc_aux_loaded) == value + 1) || !cpu_has(FEATURE_RDTSCP))
		return;
	write_msr(MSR_TSC_AUX, value);
	this_cpu(tsc_aux_loaded) = value + 1;
}

static int write_tsc_aux(struct vcpu *v, uint32_t msr, uint64_t value)
{
	uint64_t flags;

	(void)msr;
	if (!cpu_has(FEATURE_RDTSCP) || value > UINT32_MAX)
		return -EPERM;
	v->arch.pv.msr_tsc_aux = value;
	flags = interrupts_save_off();
	pv_load_tsc_aux(v);
	interrupts_restore(flags);
	return 0;
}

/* Writing back what is there already is no change. */
static int write_same(struct vcpu *v, uint32_t msr, uint64_t value)
{
	uint64_t now;

	(void)v;
	return read_msr_safe(msr, &now) || now != value ? -EPERM : 0;
}

static const struct msr_row {
	uint32_t first, last;
	int (*read)(struct vcpu *v, uint32_t msr, uint64_t *value);
	int (*write)(struct vcpu *v, uint32_t msr, uint64_t value);
} msr_rows[] = {
	/* First what kernels use while they run. */
	{MSR_FS_BASE, MSR_KERNEL_GS_BASE, read_segment_base, write_segment_base},
	{MSR_EFER, MSR_EFER, read_efer, write_same},
	{MSR_TSC, MSR_TSC, read_tsc_msr, NULL},
	{MSR_PLATFORM_ID, MSR_PLATFORM_ID, read_host, NULL},
	{MSR_APIC_BASE, MSR_APIC_BASE, read_apic_base, write_same},
	{MSR_UCODE_REV, MSR_UCODE_REV, read_revision, NULL},
	{MSR_PLATFORM_INFO, MSR_PLATFORM_INFO, read_zero, NULL},
	{MSR_MTRR_CAP, MSR_MTRR_CAP, read_host_hardware, NULL},
	{MSR_MISC_FEATURES_ENABLES, MSR_MISC_FEATURES_ENABLES, read_zero, NULL},
	{MSR_MCG_CAP, MSR_MCG_CTL, read_zero, NULL},
	{MSR_MISC_ENABLE, MSR_MISC_ENABLE, read_host, write_same},
	{MSR_MTRR_PHYS_BASE0, MSR_MTRR_PHYS_BASE0 + 2 * NR_VARIABLE_MTRRS - 1, read_host_hardware,
	 NULL},
	{0x250, 0x250, read_host_hardware, NULL}, /* fixed MTRRs */
	{0x258, 0x259, read_host_hardware, NULL},
	{0x268, 0x26f, read_host_hardware, NULL},
	{MSR_PAT, MSR_PAT, read_host, write_same},
	{MSR_MTRR_DEF_TYPE, MSR_MTRR_DEF_TYPE, read_host_hardware, NULL},
	{MSR_TSC_AUX, MSR_TSC_AUX, read_tsc_aux, write_tsc_aux},
	{MSR_K8_SYSCFG, MSR_K8_SYSCFG, read_host_hardware, NULL},
	{MSR_K8_HWCR, MSR_K8_HWCR, read_host_hardware, write_same},
};

static const struct msr_row *msr_find(uint32_t msr)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(msr_rows); i++)
		if (msr - msr_rows[i].first <= msr_rows[i].last - msr_rows[i].first)
			return &msr_rows[i];
	return NULL;
}

int pv_msr_read(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	const struct msr_row *row = msr_find(msr);

	return row ? row->read(v, msr, value) : -EPERM;
}

int pv_msr_write(struct vcpu *v, uint32_t msr, uint64_t value)
{
	const struct msr_row *row = msr_find(msr);

	return row && row->write ? row->write(v, msr, value) : -EPERM;
}
