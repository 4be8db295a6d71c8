/* SPDX-License-Identifier: MIT */
/* vcpu_op: bringing vcpus up and down, run states, timers, registered memory areas. */
#ifndef ABI_VCPU_H
#define ABI_VCPU_H

#include "abi/xen.h"

#define VCPUOP_initialise 0
#define VCPUOP_up 1
#define VCPUOP_down 2
#define VCPUOP_is_up 3
#define VCPUOP_get_runstate_info 4
#define VCPUOP_register_runstate_memory_area 5
#define VCPUOP_set_periodic_timer 6
#define VCPUOP_stop_periodic_timer 7
#define VCPUOP_set_singleshot_timer 8
#define VCPUOP_stop_singleshot_timer 9
#define VCPUOP_register_vcpu_info 10
#define VCPUOP_send_nmi 11
#define VCPUOP_get_physid 12
#define VCPUOP_register_vcpu_time_memory_area 13

#define RUNSTATE_running 0
#define RUNSTATE_runnable 1
#define RUNSTATE_blocked 2
#define RUNSTATE_offline 3

/* In state_entry_time while an update is under way, under VMASST_TYPE_runstate_update_flag. */
#define XEN_RUNSTATE_UPDATE 0x8000000000000000

#define _VCPU_SSHOTTMR_future 0
#define VCPU_SSHOTTMR_future 1

#define xen_vcpu_physid_to_x86_apicid(physid) ((uint32_t)(physid))
#define xen_vcpu_physid_to_x86_acpiid(physid) ((uint32_t)((physid) >> 32))

struct xen_vcpu_runstate_info {
	int32_t state;		   /* RUNSTATE_* */
	uint64_t state_entry_time; /* system time in ns */
	uint64_t time[4];	   /* ns spent in each state */
};
ABI_SIZE(struct xen_vcpu_runstate_info, 48);

struct xen_vcpu_register_runstate_memory_area {
	union {
		uint64_t h; /* handle of struct xen_vcpu_runstate_info */
		uint64_t v;
		uint64_t p;
	} addr;
};
ABI_SIZE(struct xen_vcpu_register_runstate_memory_area, 8);

struct xen_vcpu_set_periodic_timer {
	uint64_t period_ns;
};
ABI_SIZE(struct xen_vcpu_set_periodic_timer, 8);

struct xen_vcpu_set_singleshot_timer {
	uint64_t timeout_abs_ns;
	uint32_t flags; /* VCPU_SSHOTTMR_* */
};
ABI_SIZE(struct xen_vcpu_set_singleshot_timer, 16);

struct xen_vcpu_register_vcpu_info {
	uint64_t mfn; /* a gfn where the guest is translated */
	uint32_t offset;
	uint32_t rsvd;
};
ABI_SIZE(struct xen_vcpu_register_vcpu_info, 16);

struct xen_vcpu_get_physid {
	uint64_t phys_id; /* APIC id in the low half, ACPI id in the high half */
};
ABI_SIZE(struct xen_vcpu_get_physid, 8);

struct xen_vcpu_register_time_memory_area {
	union {
		uint64_t h; /* handle of struct xen_vcpu_time_info */
		uint64_t v;
		uint64_t p;
	} addr;
};
ABI_SIZE(struct xen_vcpu_register_time_memory_area, 8);

#endif
