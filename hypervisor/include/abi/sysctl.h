/* SPDX-License-Identifier: MIT */
/*
 * sysctl: control of the whole machine by the tool stack. The interface is not stable: a caller
 * names the version that it was built for and any other is refused with -EACCES.
 */
#ifndef ABI_SYSCTL_H
#define ABI_SYSCTL_H

#include "abi/domctl.h"
#include "abi/physdev.h"
#include "abi/xen.h"

#define XEN_SYSCTL_INTERFACE_VERSION 0x15

/* sysctl.cmd */
#define XEN_SYSCTL_readconsole 1
#define XEN_SYSCTL_tbuf_op 2
#define XEN_SYSCTL_physinfo 3
#define XEN_SYSCTL_sched_id 4
#define XEN_SYSCTL_perfc_op 5
#define XEN_SYSCTL_getdomaininfolist 6
#define XEN_SYSCTL_debug_keys 7
#define XEN_SYSCTL_getcpuinfo 8
#define XEN_SYSCTL_availheap 9
#define XEN_SYSCTL_get_pmstat 10
#define XEN_SYSCTL_cpu_hotplug 11
#define XEN_SYSCTL_pm_op 12
#define XEN_SYSCTL_page_offline_op 14
#define XEN_SYSCTL_lockprof_op 15
#define XEN_SYSCTL_cputopoinfo 16
#define XEN_SYSCTL_numainfo 17
#define XEN_SYSCTL_cpupool_op 18
#define XEN_SYSCTL_scheduler_op 19
#define XEN_SYSCTL_coverage_op 20
#define XEN_SYSCTL_psr_cmt_op 21
#define XEN_SYSCTL_pcitopoinfo 22
#define XEN_SYSCTL_psr_alloc 23
#define XEN_SYSCTL_get_cpu_levelling_caps 25
#define XEN_SYSCTL_get_cpu_featureset 26
#define XEN_SYSCTL_livepatch_op 27
#define XEN_SYSCTL_get_cpu_policy 29

/* tbuf_op.cmd */
#define XEN_SYSCTL_TBUFOP_get_info 0
#define XEN_SYSCTL_TBUFOP_set_cpu_mask 1
#define XEN_SYSCTL_TBUFOP_set_evt_mask 2
#define XEN_SYSCTL_TBUFOP_set_size 3
#define XEN_SYSCTL_TBUFOP_enable 4
#define XEN_SYSCTL_TBUFOP_disable 5

/* physinfo.capabilities */
#define _XEN_SYSCTL_PHYSCAP_hvm 0
#define XEN_SYSCTL_PHYSCAP_hvm 0x001
#define _XEN_SYSCTL_PHYSCAP_pv 1
#define XEN_SYSCTL_PHYSCAP_pv 0x002
#define _XEN_SYSCTL_PHYSCAP_directio 2
#define XEN_SYSCTL_PHYSCAP_directio 0x004
#define _XEN_SYSCTL_PHYSCAP_hap 3
#define XEN_SYSCTL_PHYSCAP_hap 0x008
#define _XEN_SYSCTL_PHYSCAP_shadow 4
#define XEN_SYSCTL_PHYSCAP_shadow 0x010
#define _XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share 5
#define XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share 0x020
#define XEN_SYSCTL_PHYSCAP_vmtrace 0x040
#define XEN_SYSCTL_PHYSCAP_vpmu 0x080
#define XEN_SYSCTL_PHYSCAP_gnttab_v1 0x100
#define XEN_SYSCTL_PHYSCAP_gnttab_v2 0x200
#define XEN_SYSCTL_PHYSCAP_MAX XEN_SYSCTL_PHYSCAP_gnttab_v2

#define XEN_SYSCTL_PERFCOP_reset 1
#define XEN_SYSCTL_PERFCOP_query 2

/* get_pmstat.type: a category and a request */
#define PMSTAT_CATEGORY_MASK 0xf0
#define PMSTAT_PX 0x10
#define PMSTAT_CX 0x20
#define PMSTAT_get_max_px 0x11
#define PMSTAT_get_pxstat 0x12
#define PMSTAT_reset_pxstat 0x13
#define PMSTAT_get_max_cx 0x21
#define PMSTAT_get_cxstat 0x22
#define PMSTAT_reset_cxstat 0x23

#define XEN_SYSCTL_CPU_HOTPLUG_ONLINE 0
#define XEN_SYSCTL_CPU_HOTPLUG_OFFLINE 1
#define XEN_SYSCTL_CPU_HOTPLUG_SMT_ENABLE 2
#define XEN_SYSCTL_CPU_HOTPLUG_SMT_DISABLE 3

#define CPUFREQ_NAME_LEN 16

/* set_cpufreq_para.ctrl_type */
#define SCALING_MAX_FREQ 1
#define SCALING_MIN_FREQ 2
#define SCALING_SETSPEED 3
#define SAMPLING_RATE 4
#define UP_THRESHOLD 5

/* pm_op.cmd */
#define PM_PARA_CATEGORY_MASK 0xf0
#define CPUFREQ_PARA 0x10
#define GET_CPUFREQ_PARA 0x11
#define SET_CPUFREQ_GOV 0x12
#define SET_CPUFREQ_PARA 0x13
#define GET_CPUFREQ_AVGFREQ 0x14
#define XEN_SYSCTL_pm_op_set_sched_opt_smt 0x21
#define XEN_SYSCTL_pm_op_get_max_cstate 0x22
#define XEN_SYSCTL_pm_op_set_max_cstate 0x23
#define XEN_SYSCTL_pm_op_set_vcpu_migration_delay 0x24
#define XEN_SYSCTL_pm_op_get_vcpu_migration_delay 0x25
#define XEN_SYSCTL_pm_op_enable_turbo 0x26
#define XEN_SYSCTL_pm_op_disable_turbo 0x27
#define XEN_SYSCTL_CX_UNLIMITED 0xffffffff

/* page_offline_op.cmd */
#define sysctl_page_offline 1
#define sysctl_page_online 2
#define sysctl_query_page_offline 3

/* page_offline_op: the word for each page after an offline or online request ... */
#define PG_OFFLINE_STATUS_MASK 0xff
#define PG_OFFLINE_INVALID 0x01
#define PG_OFFLINE_OFFLINED 0x02
#define PG_OFFLINE_PENDING 0x04
#define PG_OFFLINE_FAILED 0x08
#define PG_OFFLINE_AGAIN 0x10
#define PG_ONLINE_FAILED PG_OFFLINE_FAILED
#define PG_ONLINE_ONLINED PG_OFFLINE_OFFLINED

/* ... and after a query. */
#define PG_OFFLINE_STATUS_OFFLINED 0x02
#define PG_OFFLINE_STATUS_ONLINE 0x04
#define PG_OFFLINE_STATUS_OFFLINE_PENDING 0x08
#define PG_OFFLINE_STATUS_BROKEN 0x10

/* page_offline_op: why, with the owner in the top half */
#define PG_OFFLINE_MISC_MASK 0xff0
#define PG_OFFLINE_XENPAGE 0x0100
#define PG_OFFLINE_DOM0PAGE 0x0200
#define PG_OFFLINE_ANONYMOUS 0x0400
#define PG_OFFLINE_NOT_CONV_RAM 0x0800
#define PG_OFFLINE_OWNED 0x1000
#define PG_OFFLINE_BROKEN 0x2000
#define PG_ONLINE_BROKEN PG_OFFLINE_BROKEN
#define PG_OFFLINE_OWNER_SHIFT 16

#define XEN_SYSCTL_LOCKPROF_reset 1
#define XEN_SYSCTL_LOCKPROF_query 2
#define LOCKPROF_TYPE_GLOBAL 0
#define LOCKPROF_TYPE_PERDOM 1
#define LOCKPROF_TYPE_N 2

#define XEN_INVALID_CORE_ID 0xffffffff
#define XEN_INVALID_SOCKET_ID 0xffffffff
#define XEN_INVALID_NODE_ID 0xffffffff
#define XEN_INVALID_MEM_SZ 0xffffffff
#define XEN_INVALID_NODE_DIST 0xffffffff
#define XEN_INVALID_DEV 0xfffffffe

/* cpupool_op.op */
#define XEN_SYSCTL_CPUPOOL_OP_CREATE 1
#define XEN_SYSCTL_CPUPOOL_OP_DESTROY 2
#define XEN_SYSCTL_CPUPOOL_OP_INFO 3
#define XEN_SYSCTL_CPUPOOL_OP_ADDCPU 4
#define XEN_SYSCTL_CPUPOOL_OP_RMCPU 5
#define XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN 6
#define XEN_SYSCTL_CPUPOOL_OP_FREEINFO 7
#define XEN_SYSCTL_CPUPOOL_PAR_ANY 0xffffffff

#define ARINC653_MAX_DOMAINS_PER_SCHEDULE 64

/* Limits in us, ms and us. */
#define XEN_SYSCTL_SCHED_RATELIMIT_MAX 500000
#define XEN_SYSCTL_SCHED_RATELIMIT_MIN 100
#define XEN_SYSCTL_CSCHED_TSLICE_MAX 1000
#define XEN_SYSCTL_CSCHED_TSLICE_MIN 1
#define XEN_SYSCTL_CSCHED_MGR_DLY_MAX_US 100000

#define XEN_SYSCTL_SCHEDOP_putinfo 0
#define XEN_SYSCTL_SCHEDOP_getinfo 1

#define XEN_GCOV_FORMAT_MAGIC 0x58434f56
#define XEN_SYSCTL_COVERAGE_get_size 0
#define XEN_SYSCTL_COVERAGE_read 1
#define XEN_SYSCTL_COVERAGE_reset 2

#define XEN_SYSCTL_PSR_CMT_get_total_rmid 0
#define XEN_SYSCTL_PSR_CMT_get_l3_upscaling_factor 1
#define XEN_SYSCTL_PSR_CMT_get_l3_cache_size 2
#define XEN_SYSCTL_PSR_CMT_enabled 3
#define XEN_SYSCTL_PSR_CMT_get_l3_event_mask 4

#define XEN_SYSCTL_PSR_get_l3_info 0
#define XEN_SYSCTL_PSR_get_l2_info 1
#define XEN_SYSCTL_PSR_get_mba_info 2
#define XEN_SYSCTL_PSR_CAT_L3_CDP 1
#define XEN_SYSCTL_PSR_MBA_LINEAR 1

/* cpu_levelling_caps.caps */
#define XEN_SYSCTL_CPU_LEVELCAP_faulting 0x001
#define XEN_SYSCTL_CPU_LEVELCAP_ecx 0x002
#define XEN_SYSCTL_CPU_LEVELCAP_edx 0x004
#define XEN_SYSCTL_CPU_LEVELCAP_extd_ecx 0x008
#define XEN_SYSCTL_CPU_LEVELCAP_extd_edx 0x010
#define XEN_SYSCTL_CPU_LEVELCAP_xsave_eax 0x020
#define XEN_SYSCTL_CPU_LEVELCAP_thermal_ecx 0x040
#define XEN_SYSCTL_CPU_LEVELCAP_l7s0_eax 0x080
#define XEN_SYSCTL_CPU_LEVELCAP_l7s0_ebx 0x100

#define XEN_SYSCTL_cpu_featureset_raw 0
#define XEN_SYSCTL_cpu_featureset_host 1
#define XEN_SYSCTL_cpu_featureset_pv 2
#define XEN_SYSCTL_cpu_featureset_hvm 3
#define XEN_SYSCTL_cpu_featureset_pv_max 4
#define XEN_SYSCTL_cpu_featureset_hvm_max 5

#define XEN_SYSCTL_cpu_policy_raw 0
#define XEN_SYSCTL_cpu_policy_host 1
#define XEN_SYSCTL_cpu_policy_pv_max 2
#define XEN_SYSCTL_cpu_policy_hvm_max 3
#define XEN_SYSCTL_cpu_policy_pv_default 4
#define XEN_SYSCTL_cpu_policy_hvm_default 5

/* livepatch_op.cmd */
#define XEN_SYSCTL_LIVEPATCH_UPLOAD 0
#define XEN_SYSCTL_LIVEPATCH_GET 1
#define XEN_SYSCTL_LIVEPATCH_LIST 2
#define XEN_SYSCTL_LIVEPATCH_ACTION 3

#define LIVEPATCH_PAYLOAD_VERSION 2
#define XEN_LIVEPATCH_NAME_SIZE 128

#define LIVEPATCH_STATE_CHECKED 1
#define LIVEPATCH_STATE_APPLIED 2

/* livepatch_action.cmd, then flags */
#define LIVEPATCH_ACTION_UNLOAD 1
#define LIVEPATCH_ACTION_REVERT 2
#define LIVEPATCH_ACTION_APPLY 3
#define LIVEPATCH_ACTION_REPLACE 4
#define LIVEPATCH_ACTION_APPLY_NODEPS 1

struct xen_sysctl_readconsole {
	uint8_t clear;
	uint8_t incremental; /* start at index, not at the oldest byte */
	uint8_t pad0;
	uint8_t pad1;
	uint32_t index;	 /* in and out */
	uint64_t buffer; /* handle of characters */
	uint32_t count;	 /* in: bytes that fit; out: bytes written */
};
ABI_SIZE(struct xen_sysctl_readconsole, 24);

struct xen_sysctl_tbuf_op {
	uint32_t cmd;
	struct xen_xenctl_bitmap cpu_mask;
	uint32_t evt_mask;
	uint64_t buffer_mfn; /* out */
	uint32_t size;	     /* in pages, out bytes */
};
ABI_SIZE(struct xen_sysctl_tbuf_op, 48);

struct xen_sysctl_physinfo {
	uint32_t threads_per_core;
	uint32_t cores_per_socket;
	uint32_t nr_cpus;
	uint32_t max_cpu_id;
	uint32_t nr_nodes;
	uint32_t max_node_id;
	uint32_t cpu_khz;
	uint32_t capabilities; /* XEN_SYSCTL_PHYSCAP_* */
	uint32_t arch_capabilities;
	uint32_t pad;
	uint64_t total_pages;
	uint64_t free_pages;
	uint64_t scrub_pages;
	uint64_t outstanding_pages;
	uint64_t max_mfn;
	uint32_t hw_cap[8]; /* CPUID feature words */
};
ABI_SIZE(struct xen_sysctl_physinfo, 112);

struct xen_sysctl_sched_id {
	uint32_t sched_id; /* out: XEN_SCHEDULER_* */
};
ABI_SIZE(struct xen_sysctl_sched_id, 4);

struct xen_sysctl_perfc_desc {
	int8_t name[80];
	uint32_t nr_vals;
};
ABI_SIZE(struct xen_sysctl_perfc_desc, 84);

struct xen_sysctl_perfc_op {
	uint32_t cmd;
	uint32_t nr_counters; /* out, as nr_vals */
	uint32_t nr_vals;
	uint64_t desc; /* handle of struct xen_sysctl_perfc_desc, or 0 */
	uint64_t val;  /* handle of uint32_t, or 0 */
};
ABI_SIZE(struct xen_sysctl_perfc_op, 32);

struct xen_sysctl_getdomaininfolist {
	uint16_t first_domain;
	uint32_t max_domains;
	uint64_t buffer;      /* handle of struct xen_domctl_getdomaininfo */
	uint32_t num_domains; /* out */
};
ABI_SIZE(struct xen_sysctl_getdomaininfolist, 24);

struct xen_sysctl_debug_keys {
	uint64_t keys; /* handle of characters */
	uint32_t nr_keys;
};
ABI_SIZE(struct xen_sysctl_debug_keys, 16);

struct xen_sysctl_cpuinfo {
	uint64_t idletime; /* ns */
};
ABI_SIZE(struct xen_sysctl_cpuinfo, 8);

struct xen_sysctl_getcpuinfo {
	uint32_t max_cpus;
	uint64_t info;	  /* handle of struct xen_sysctl_cpuinfo */
	uint32_t nr_cpus; /* out */
};
ABI_SIZE(struct xen_sysctl_getcpuinfo, 24);

struct xen_sysctl_availheap {
	uint32_t min_bitwidth; /* 0 for no bound, as the next */
	uint32_t max_bitwidth;
	int32_t node;	      /* -1 for all */
	uint64_t avail_bytes; /* out */
};
ABI_SIZE(struct xen_sysctl_availheap, 24);

struct xen_pm_px_val {
	uint64_t freq;	    /* MHz */
	uint64_t residency; /* ns */
	uint64_t count;
};
ABI_SIZE(struct xen_pm_px_val, 24);

struct xen_pm_px_stat {
	uint8_t total;
	uint8_t usable;
	uint8_t last;
	uint8_t cur;
	uint64_t trans_pt; /* handle of uint64_t: a matrix of transitions */
	uint64_t pt;	   /* handle of struct xen_pm_px_val */
};
ABI_SIZE(struct xen_pm_px_stat, 24);

struct xen_pm_cx_stat {
	uint32_t nr;
	uint32_t last;
	uint64_t idle_time; /* ns */
	uint64_t triggers;  /* handle of uint64_t, as the other handles here */
	uint64_t residencies;
	uint32_t nr_pc; /* in: entries that fit; out: entries there are; as nr_cc */
	uint32_t nr_cc;
	uint64_t pc;
	uint64_t cc;
};
ABI_SIZE(struct xen_pm_cx_stat, 56);

struct xen_sysctl_get_pmstat {
	uint32_t type; /* PMSTAT_* */
	uint32_t cpuid;
	union {
		struct xen_pm_px_stat getpx;
		struct xen_pm_cx_stat getcx;
	} u;
};
ABI_SIZE(struct xen_sysctl_get_pmstat, 64);

struct xen_sysctl_cpu_hotplug {
	uint32_t cpu;
	uint32_t op; /* XEN_SYSCTL_CPU_HOTPLUG_* */
};
ABI_SIZE(struct xen_sysctl_cpu_hotplug, 8);

struct xen_userspace {
	uint32_t scaling_setspeed;
};
ABI_SIZE(struct xen_userspace, 4);

struct xen_ondemand {
	uint32_t sampling_rate_max;
	uint32_t sampling_rate_min;
	uint32_t sampling_rate;
	uint32_t up_threshold;
};
ABI_SIZE(struct xen_ondemand, 16);

/* Frequencies in kHz. */
struct xen_get_cpufreq_para {
	uint32_t cpu_num; /* these three: in what fits, out what there is */
	uint32_t freq_num;
	uint32_t gov_num;
	uint64_t affected_cpus;			/* handle of uint32_t */
	uint64_t scaling_available_frequencies; /* handle of uint32_t */
	uint64_t scaling_available_governors;	/* handle of characters */
	int8_t scaling_driver[CPUFREQ_NAME_LEN];
	uint32_t cpuinfo_cur_freq;
	uint32_t cpuinfo_max_freq;
	uint32_t cpuinfo_min_freq;
	uint32_t scaling_cur_freq;
	int8_t scaling_governor[CPUFREQ_NAME_LEN];
	uint32_t scaling_max_freq;
	uint32_t scaling_min_freq;
	union {
		struct xen_userspace userspace;
		struct xen_ondemand ondemand;
	} u;
	int32_t turbo_enabled;
};
ABI_SIZE(struct xen_get_cpufreq_para, 120);

struct xen_set_cpufreq_gov {
	int8_t scaling_governor[CPUFREQ_NAME_LEN];
};
ABI_SIZE(struct xen_set_cpufreq_gov, 16);

struct xen_set_cpufreq_para {
	uint32_t ctrl_type;
	uint32_t ctrl_value;
};
ABI_SIZE(struct xen_set_cpufreq_para, 8);

struct xen_sysctl_pm_op {
	uint32_t cmd;
	uint32_t cpuid;
	union {
		struct xen_get_cpufreq_para get_para;
		struct xen_set_cpufreq_gov set_gov;
		struct xen_set_cpufreq_para set_para;
		uint64_t get_avgfreq;
		uint32_t set_sched_opt_smt;
		uint32_t get_max_cstate;
		uint32_t set_max_cstate;
	} u;
};
ABI_SIZE(struct xen_sysctl_pm_op, 128);

struct xen_sysctl_page_offline_op {
	uint32_t cmd;
	uint32_t start;	 /* frame numbers */
	uint32_t end;	 /* inclusive */
	uint64_t status; /* handle of uint32_t: PG_* */
};
ABI_SIZE(struct xen_sysctl_page_offline_op, 24);

struct xen_sysctl_lockprof_data {
	int8_t name[40];
	int32_t type; /* LOCKPROF_TYPE_* */
	int32_t idx;
	uint64_t lock_cnt;
	uint64_t block_cnt;
	uint64_t lock_time; /* ns, as the next */
	uint64_t block_time;
};
ABI_SIZE(struct xen_sysctl_lockprof_data, 80);

struct xen_sysctl_lockprof_op {
	uint32_t cmd;
	uint32_t max_elem;
	uint32_t nr_elem; /* out */
	uint64_t time;	  /* out: ns */
	uint64_t data;	  /* handle of struct xen_sysctl_lockprof_data */
};
ABI_SIZE(struct xen_sysctl_lockprof_op, 32);

struct xen_sysctl_cputopo {
	uint32_t core;
	uint32_t socket;
	uint32_t node;
};
ABI_SIZE(struct xen_sysctl_cputopo, 12);

struct xen_sysctl_cputopoinfo {
	uint32_t num_cpus; /* in: entries that fit; out: entries there are */
	uint64_t cputopo;  /* handle of struct xen_sysctl_cputopo */
};
ABI_SIZE(struct xen_sysctl_cputopoinfo, 16);

struct xen_sysctl_meminfo {
	uint64_t memsize; /* bytes */
	uint64_t memfree;
};
ABI_SIZE(struct xen_sysctl_meminfo, 16);

struct xen_sysctl_numainfo {
	uint32_t num_nodes; /* in: entries that fit; out: entries there are */
	uint64_t meminfo;   /* handle of struct xen_sysctl_meminfo */
	uint64_t distance;  /* handle of uint32_t: a square of num_nodes */
};
ABI_SIZE(struct xen_sysctl_numainfo, 24);

struct xen_sysctl_cpupool_op {
	uint32_t op;
	uint32_t cpupool_id;
	uint32_t sched_id;
	uint32_t domid;
	uint32_t cpu;
	uint32_t n_dom; /* out */
	struct xen_xenctl_bitmap cpumap;
};
ABI_SIZE(struct xen_sysctl_cpupool_op, 40);

struct xen_sysctl_arinc653_schedule {
	uint64_t major_frame; /* ns */
	uint8_t num_sched_entries;
	struct {
		uint8_t dom_handle[16];
		uint32_t vcpu_id;
		uint64_t runtime; /* ns */
	} sched_entries[ARINC653_MAX_DOMAINS_PER_SCHEDULE];
};
ABI_SIZE(struct xen_sysctl_arinc653_schedule, 2064);

struct xen_sysctl_credit_schedule {
	uint32_t tslice_ms;
	uint32_t ratelimit_us;
	uint32_t vcpu_migr_delay_us;
};
ABI_SIZE(struct xen_sysctl_credit_schedule, 12);

struct xen_sysctl_credit2_schedule {
	uint32_t ratelimit_us;
};
ABI_SIZE(struct xen_sysctl_credit2_schedule, 4);

struct xen_sysctl_scheduler_op {
	uint32_t cpupool_id;
	uint32_t sched_id; /* XEN_SCHEDULER_* */
	uint32_t cmd;	   /* XEN_SYSCTL_SCHEDOP_* */
	union {
		struct {
			uint64_t schedule; /* handle of struct xen_sysctl_arinc653_schedule */
		} sched_arinc653;
		struct xen_sysctl_credit_schedule sched_credit;
		struct xen_sysctl_credit2_schedule sched_credit2;
	} u;
};
ABI_SIZE(struct xen_sysctl_scheduler_op, 32);

struct xen_sysctl_coverage_op {
	uint32_t cmd;
	uint32_t size;	 /* bytes, in and out */
	uint64_t buffer; /* handle of bytes */
};
ABI_SIZE(struct xen_sysctl_coverage_op, 16);

struct xen_sysctl_psr_cmt_op {
	uint32_t cmd;
	uint32_t flags;
	union {
		uint64_t data; /* out */
		struct {
			uint32_t cpu;
			uint32_t rsvd;
		} l3_cache;
	} u;
};
ABI_SIZE(struct xen_sysctl_psr_cmt_op, 16);

struct xen_sysctl_pcitopoinfo {
	uint32_t num_devs; /* in: entries; out: entries done */
	uint64_t devs;	   /* handle of struct xen_physdev_pci_device */
	uint64_t nodes;	   /* handle of uint32_t */
};
ABI_SIZE(struct xen_sysctl_pcitopoinfo, 24);

struct xen_sysctl_psr_alloc {
	uint32_t cmd;
	uint32_t target; /* socket */
	union {
		struct {
			uint32_t cbm_len;
			uint32_t cos_max;
			uint32_t flags; /* XEN_SYSCTL_PSR_CAT_* */
		} cat_info;
		struct {
			uint32_t thrtl_max;
			uint32_t cos_max;
			uint32_t flags; /* XEN_SYSCTL_PSR_MBA_* */
		} mba_info;
	} u;
};
ABI_SIZE(struct xen_sysctl_psr_alloc, 20);

struct xen_sysctl_cpu_levelling_caps {
	uint32_t caps;
};
ABI_SIZE(struct xen_sysctl_cpu_levelling_caps, 4);

struct xen_sysctl_cpu_featureset {
	uint32_t index;	      /* XEN_SYSCTL_cpu_featureset_* */
	uint32_t nr_features; /* in: words that fit; out: words there are */
	uint64_t features;    /* handle of uint32_t */
};
ABI_SIZE(struct xen_sysctl_cpu_featureset, 16);

struct xen_livepatch_name {
	uint64_t name; /* handle of characters */
	uint16_t size; /* bytes, with the closing zero */
	uint16_t pad[3];
};
ABI_SIZE(struct xen_livepatch_name, 16);

struct xen_sysctl_livepatch_upload {
	struct xen_livepatch_name name;
	uint64_t size;
	uint64_t payload; /* handle of bytes */
};
ABI_SIZE(struct xen_sysctl_livepatch_upload, 32);

struct xen_livepatch_status {
	uint32_t state; /* LIVEPATCH_STATE_* */
	int32_t rc;
};
ABI_SIZE(struct xen_livepatch_status, 8);

struct xen_sysctl_livepatch_get {
	struct xen_livepatch_name name;
	struct xen_livepatch_status status;
};
ABI_SIZE(struct xen_sysctl_livepatch_get, 24);

struct xen_sysctl_livepatch_list {
	uint32_t version; /* changes when the list does */
	uint32_t idx;
	uint32_t nr; /* in: entries that fit; out: entries left */
	uint32_t pad;
	uint32_t name_total_size;
	uint32_t metadata_total_size;
	uint64_t status; /* handle of struct xen_livepatch_status */
	uint64_t name;
	uint64_t len; /* handle of uint32_t, as metadata_len */
	uint64_t metadata;
	uint64_t metadata_len;
};
ABI_SIZE(struct xen_sysctl_livepatch_list, 64);

struct xen_sysctl_livepatch_action {
	struct xen_livepatch_name name;
	uint32_t cmd;
	uint32_t timeout; /* ns, 0 takes the default */
	uint32_t flags;
	uint32_t pad;
};
ABI_SIZE(struct xen_sysctl_livepatch_action, 32);

struct xen_sysctl_livepatch_op {
	uint32_t cmd;
	uint32_t pad;
	union {
		struct xen_sysctl_livepatch_upload upload;
		struct xen_sysctl_livepatch_list list;
		struct xen_sysctl_livepatch_get get;
		struct xen_sysctl_livepatch_action action;
	} u;
};
ABI_SIZE(struct xen_sysctl_livepatch_op, 72);

struct xen_sysctl_cpu_policy {
	uint32_t index;	    /* XEN_SYSCTL_cpu_policy_* */
	uint32_t nr_leaves; /* in: entries that fit; out: entries there are; as nr_msrs */
	uint32_t nr_msrs;
	uint32_t _rsvd;
	uint64_t leaves; /* handle of struct xen_cpuid_leaf */
	uint64_t msrs;	 /* handle of struct xen_msr_entry */
};
ABI_SIZE(struct xen_sysctl_cpu_policy, 32);

struct xen_sysctl {
	uint32_t cmd;
	uint32_t interface_version;
	union {
		struct xen_sysctl_readconsole readconsole;
		struct xen_sysctl_tbuf_op tbuf_op;
		struct xen_sysctl_physinfo physinfo;
		struct xen_sysctl_cputopoinfo cputopoinfo;
		struct xen_sysctl_pcitopoinfo pcitopoinfo;
		struct xen_sysctl_numainfo numainfo;
		struct xen_sysctl_sched_id sched_id;
		struct xen_sysctl_perfc_op perfc_op;
		struct xen_sysctl_getdomaininfolist getdomaininfolist;
		struct xen_sysctl_debug_keys debug_keys;
		struct xen_sysctl_getcpuinfo getcpuinfo;
		struct xen_sysctl_availheap availheap;
		struct xen_sysctl_get_pmstat get_pmstat;
		struct xen_sysctl_cpu_hotplug cpu_hotplug;
		struct xen_sysctl_pm_op pm_op;
		struct xen_sysctl_page_offline_op page_offline;
		struct xen_sysctl_lockprof_op lockprof_op;
		struct xen_sysctl_cpupool_op cpupool_op;
		struct xen_sysctl_scheduler_op scheduler_op;
		struct xen_sysctl_coverage_op coverage_op;
		struct xen_sysctl_psr_cmt_op psr_cmt_op;
		struct xen_sysctl_psr_alloc psr_alloc;
		struct xen_sysctl_cpu_levelling_caps cpu_levelling_caps;
		struct xen_sysctl_cpu_featureset cpu_featureset;
		struct xen_sysctl_livepatch_op livepatch;
		struct xen_sysctl_cpu_policy cpu_policy;
		uint8_t pad[128];
	} u;
};
ABI_SIZE(struct xen_sysctl, 136);
ABI_OFFSET(struct xen_sysctl, u, 8);

#endif
