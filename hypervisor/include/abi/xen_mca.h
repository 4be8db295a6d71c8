/* SPDX-License-Identifier: MIT */
/*
 * Machine checks: the hypercall by which the hardware domain fetches telemetry, learns of the
 * processors and injects errors, and the records that it is given. A record starts with its type
 * and size, so that a reader can step over those it does not know.
 */
#ifndef ABI_XEN_MCA_H
#define ABI_XEN_MCA_H

#include "abi/xen.h"

#define __HYPERVISOR_mca __HYPERVISOR_arch_0
#define VIRQ_MCA VIRQ_ARCH_0

#define XEN_MCA_INTERFACE_VERSION 0x01ecc003

/* mc.cmd */
#define XEN_MC_fetch 1
#define XEN_MC_notifydomain 2
#define XEN_MC_physcpuinfo 3
#define XEN_MC_msrinject 4
#define XEN_MC_mceinject 5
#define XEN_MC_inject_v2 6

/* mc_fetch.flags: in */
#define XEN_MC_NONURGENT 0x01
#define XEN_MC_URGENT 0x02
#define XEN_MC_ACK 0x04

/* mc_fetch.flags and mc_notifydomain.flags: out */
#define XEN_MC_OK 0x00
#define XEN_MC_FETCHFAILED 0x01
#define XEN_MC_NODATA 0x02
#define XEN_MC_NOMATCH 0x04
#define XEN_MC_CANNOTHANDLE 0x08
#define XEN_MC_NOTDELIVERED 0x10

#define XEN_MC_VCPUID_INVALID 0xffff

/* mcinfo_common.type */
#define MC_TYPE_GLOBAL 0
#define MC_TYPE_BANK 1
#define MC_TYPE_EXTENDED 2
#define MC_TYPE_RECOVERY 3

/* mcinfo_global.mc_flags */
#define MC_FLAG_CORRECTABLE 0x01
#define MC_FLAG_UNCORRECTABLE 0x02
#define MC_FLAG_RECOVERABLE 0x04
#define MC_FLAG_POLLED 0x08
#define MC_FLAG_RESET 0x10
#define MC_FLAG_CMCI 0x20
#define MC_FLAG_MCE 0x40

/* mcinfo_recovery.action_flags, then action_types */
#define REC_ACTION_RECOVERED 1
#define REC_ACTION_NONE 2
#define REC_ACTION_NEED_RESET 4
#define MC_ACTION_PAGE_OFFLINE 1
#define MC_ACTION_CPU_OFFLINE 2
#define MC_ACTION_CACHE_SHRINK 4

#define MAX_UNION_SIZE 16
#define MCINFO_HYPERCALLSIZE 1024
#define MCINFO_MAXSIZE 768
#define MCINFO_FLAGS_UNCOMPLETE 1

/* mcinfo_logical_cpu.mc_cpu_caps by index */
#define MC_NCAPS 7
#define MC_CAPS_STD_EDX 0
#define MC_CAPS_AMD_EDX 1
#define MC_CAPS_TM 2
#define MC_CAPS_LINUX 3
#define MC_CAPS_STD_ECX 4
#define MC_CAPS_VIA 5
#define MC_CAPS_AMD_ECX 6

#define __MC_MSR_ARRAYSIZE 8

#define MC_MSRINJ_MAXMSRS 8
#define MC_MSRINJ_F_INTERPOSE 1
#define MC_MSRINJ_F_GPADDR 2

/* mc_inject_v2.flags: a type, and whether it goes to all processors */
#define XEN_MC_INJECT_TYPE_MASK 7
#define XEN_MC_INJECT_TYPE_MCE 0
#define XEN_MC_INJECT_TYPE_CMCI 1
#define XEN_MC_INJECT_TYPE_LMCE 2
#define XEN_MC_INJECT_CPU_BROADCAST 8

struct xen_mcinfo_common {
	uint16_t type;
	uint16_t size; /* bytes, with this head */
};
ABI_SIZE(struct xen_mcinfo_common, 4);

struct xen_mcinfo_global {
	struct xen_mcinfo_common common;
	uint16_t mc_domid;
	uint16_t mc_vcpuid;
	uint32_t mc_socketid;
	uint16_t mc_coreid;
	uint16_t mc_core_threadid;
	uint32_t mc_apicid;
	uint32_t mc_flags;
	uint64_t mc_gstatus; /* MCG_STATUS */
};
ABI_SIZE(struct xen_mcinfo_global, 32);

struct xen_mcinfo_bank {
	struct xen_mcinfo_common common;
	uint16_t mc_bank;
	uint16_t mc_domid;
	uint64_t mc_status;
	uint64_t mc_addr;
	uint64_t mc_misc;
	uint64_t mc_ctrl2;
	uint64_t mc_tsc;
};
ABI_SIZE(struct xen_mcinfo_bank, 48);

struct xen_mcinfo_msr {
	uint64_t reg;
	uint64_t value;
};
ABI_SIZE(struct xen_mcinfo_msr, 16);

struct xen_mcinfo_extended {
	struct xen_mcinfo_common common;
	uint32_t mc_msrs; /* entries in use */
	struct xen_mcinfo_msr mc_msr[32];
};
ABI_SIZE(struct xen_mcinfo_extended, 520);

struct xen_page_offline_action {
	uint64_t mfn;
	uint64_t status;
};
ABI_SIZE(struct xen_page_offline_action, 16);

struct xen_cpu_offline_action {
	uint32_t mc_socketid;
	uint16_t mc_coreid;
	uint16_t mc_core_threadid;
};
ABI_SIZE(struct xen_cpu_offline_action, 8);

struct xen_mcinfo_recovery {
	struct xen_mcinfo_common common;
	uint16_t mc_bank;
	uint8_t action_flags;
	uint8_t action_types;
	union {
		struct xen_page_offline_action page_retire;
		struct xen_cpu_offline_action cpu_offline;
		uint8_t pad[MAX_UNION_SIZE];
	} action_info;
};
ABI_SIZE(struct xen_mcinfo_recovery, 24);

/* One event: its records, packed. */
struct xen_mc_info {
	uint32_t mi_nentries;
	uint32_t flags;
	uint64_t mi_data[(MCINFO_MAXSIZE - 1) / 8];
};
ABI_SIZE(struct xen_mc_info, 768);

struct xen_mcinfo_logical_cpu {
	uint32_t mc_cpunr;
	uint32_t mc_chipid;
	uint16_t mc_coreid;
	uint16_t mc_threadid;
	uint32_t mc_apicid;
	uint32_t mc_clusterid;
	uint32_t mc_ncores;
	uint32_t mc_ncores_active;
	uint32_t mc_nthreads;
	int32_t mc_cpuid_level;
	uint32_t mc_family;
	uint32_t mc_vendor;
	uint32_t mc_model;
	uint32_t mc_step;
	int8_t mc_vendorid[16];
	int8_t mc_brandid[64];
	uint32_t mc_cpu_caps[MC_NCAPS];
	uint32_t mc_cache_size;
	uint32_t mc_cache_alignment;
	int32_t mc_nmsrvals;
	struct xen_mcinfo_msr mc_msrvalues[__MC_MSR_ARRAYSIZE];
};
ABI_SIZE(struct xen_mcinfo_logical_cpu, 304);

struct xen_mc_fetch {
	uint32_t flags;
	uint32_t _pad0;
	uint64_t fetch_id; /* out; in with XEN_MC_ACK */
	uint64_t data;	   /* handle of struct xen_mc_info */
};
ABI_SIZE(struct xen_mc_fetch, 24);

struct xen_mc_notifydomain {
	uint16_t mc_domid;
	uint16_t mc_vcpuid;
	uint32_t flags; /* out */
};
ABI_SIZE(struct xen_mc_notifydomain, 8);

struct xen_mc_physcpuinfo {
	uint32_t ncpus; /* in: entries that fit; out: processors there are */
	uint32_t _pad0;
	uint64_t info; /* handle of struct xen_mcinfo_logical_cpu */
};
ABI_SIZE(struct xen_mc_physcpuinfo, 16);

struct xen_mc_msrinject {
	uint32_t mcinj_cpunr;
	uint32_t mcinj_flags; /* MC_MSRINJ_F_* */
	uint32_t mcinj_count;
	uint16_t mcinj_domid;
	uint16_t _pad0;
	struct xen_mcinfo_msr mcinj_msr[MC_MSRINJ_MAXMSRS];
};
ABI_SIZE(struct xen_mc_msrinject, 144);

struct xen_mc_mceinject {
	uint32_t mceinj_cpunr;
};
ABI_SIZE(struct xen_mc_mceinject, 4);

struct xen_mc_inject_v2 {
	uint32_t flags;
	struct xen_xenctl_bitmap cpumap;
};
ABI_SIZE(struct xen_mc_inject_v2, 24);

struct xen_mc {
	uint32_t cmd;
	uint32_t interface_version;
	union {
		struct xen_mc_fetch mc_fetch;
		struct xen_mc_notifydomain mc_notifydomain;
		struct xen_mc_physcpuinfo mc_physcpuinfo;
		struct xen_mc_msrinject mc_msrinject;
		struct xen_mc_mceinject mc_mceinject;
		struct xen_mc_inject_v2 mc_inject_v2;
	} u;
};
ABI_SIZE(struct xen_mc, 152);

#endif
