/* SPDX-License-Identifier: MIT */
/*
 * xenpmu_op: performance counters for guests, and the page that a vcpu shares for them. The
 * counters' values follow the context of the vendor, at the offsets that it names.
 */
#ifndef ABI_XENPMU_H
#define ABI_XENPMU_H

#include "abi/xen.h"

#define XENPMU_VER_MAJ 0
#define XENPMU_VER_MIN 1

#define XENPMU_mode_get 0
#define XENPMU_mode_set 1
#define XENPMU_feature_get 2
#define XENPMU_feature_set 3
#define XENPMU_init 4
#define XENPMU_finish 5
#define XENPMU_lvtpc_set 6
#define XENPMU_flush 7

#define XENPMU_MODE_OFF 0
#define XENPMU_MODE_SELF 1
#define XENPMU_MODE_HV 2
#define XENPMU_MODE_ALL 4

#define XENPMU_FEATURE_INTEL_BTS 1
#define XENPMU_FEATURE_IPC_ONLY 2
#define XENPMU_FEATURE_ARCH_ONLY 4

/* pmu_arch.pmu_flags */
#define PMU_CACHED 1
#define PMU_SAMPLE_USER 2
#define PMU_SAMPLE_REAL 4
#define PMU_SAMPLE_PV 8

#define XENPMU_REGS_PAD_SZ 64
#define XENPMU_CTXT_PAD_SZ 128

struct xen_pmu_params {
	struct {
		uint32_t maj;
		uint32_t min;
	} version; /* in and out, as val */
	uint64_t val;
	uint32_t vcpu;
	uint32_t pad;
};
ABI_SIZE(struct xen_pmu_params, 24);

struct xen_pmu_amd_ctxt {
	uint32_t counters; /* bytes from the start of this struct, as ctrls */
	uint32_t ctrls;
	uint64_t regs[];
};
ABI_SIZE(struct xen_pmu_amd_ctxt, 8);

struct xen_pmu_cntr_pair {
	uint64_t counter;
	uint64_t control;
};
ABI_SIZE(struct xen_pmu_cntr_pair, 16);

struct xen_pmu_intel_ctxt {
	uint32_t fixed_counters; /* bytes from the start of this struct */
	uint32_t arch_counters;	 /* the same, of struct xen_pmu_cntr_pair */
	uint64_t global_ctrl;
	uint64_t global_ovf_ctrl;
	uint64_t global_status;
	uint64_t fixed_ctrl;
	uint64_t ds_area;
	uint64_t pebs_enable;
	uint64_t debugctl;
	uint64_t regs[];
};
ABI_SIZE(struct xen_pmu_intel_ctxt, 64);

/* Where the sampled code was. */
struct xen_pmu_regs {
	uint64_t ip;
	uint64_t sp;
	uint64_t flags;
	uint16_t cs;
	uint16_t ss;
	uint8_t cpl;
	uint8_t pad[3];
};
ABI_SIZE(struct xen_pmu_regs, 32);

struct xen_pmu_arch {
	union {
		struct xen_pmu_regs regs;
		uint8_t pad[XENPMU_REGS_PAD_SZ];
	} r;
	uint64_t pmu_flags;
	union {
		uint32_t lapic_lvtpc;
		uint64_t pad;
	} l;
	union {
		struct xen_pmu_amd_ctxt amd;
		struct xen_pmu_intel_ctxt intel;
		uint8_t pad[XENPMU_CTXT_PAD_SZ];
	} c;
};
ABI_SIZE(struct xen_pmu_arch, 208);

/* The shared page. */
struct xen_pmu_data {
	uint32_t vcpu_id;
	uint32_t pcpu_id;
	uint16_t domain_id;
	uint8_t pad[6];
	struct xen_pmu_arch pmu;
};
ABI_SIZE(struct xen_pmu_data, 224);

#endif
