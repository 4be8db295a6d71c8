/* SPDX-License-Identifier: MIT */
/* hvm_op: parameters of an HVM domain, memory types, alternative views of its memory. */
#ifndef ABI_HVM_OP_H
#define ABI_HVM_OP_H

#include "abi/event_channel.h"
#include "abi/hvm_params.h"
#include "abi/xen.h"

#define HVMOP_set_param 0
#define HVMOP_get_param 1
#define HVMOP_flush_tlbs 5
#define HVMOP_pagetable_dying 9
#define HVMOP_get_time 10
#define HVMOP_xentrace 11
#define HVMOP_set_mem_access 12
#define HVMOP_get_mem_access 13
#define HVMOP_get_mem_type 15
#define HVMOP_set_evtchn_upcall_vector 23
#define HVMOP_guest_request_vm_event 24
#define HVMOP_altp2m 25

#define HVMMEM_ram_rw 0
#define HVMMEM_ram_ro 1
#define HVMMEM_mmio_dm 2
#define HVMMEM_unused 3
#define HVMMEM_ioreq_server 4

#define HVM_IOREQSRV_BUFIOREQ_OFF 0
#define HVM_IOREQSRV_BUFIOREQ_LEGACY 1
#define HVM_IOREQSRV_BUFIOREQ_ATOMIC 2

#define HVMOP_ALTP2M_INTERFACE_VERSION 1

/* hvm_altp2m_op.cmd */
#define HVMOP_altp2m_get_domain_state 1
#define HVMOP_altp2m_set_domain_state 2
#define HVMOP_altp2m_vcpu_enable_notify 3
#define HVMOP_altp2m_create_p2m 4
#define HVMOP_altp2m_destroy_p2m 5
#define HVMOP_altp2m_switch_p2m 6
#define HVMOP_altp2m_set_mem_access 7
#define HVMOP_altp2m_change_gfn 8
#define HVMOP_altp2m_set_mem_access_multi 9
#define HVMOP_altp2m_set_suppress_ve 10
#define HVMOP_altp2m_get_suppress_ve 11
#define HVMOP_altp2m_get_mem_access 12
#define HVMOP_altp2m_vcpu_disable_notify 13
#define HVMOP_altp2m_get_p2m_idx 14
#define HVMOP_altp2m_set_suppress_ve_multi 15
#define HVMOP_altp2m_set_visibility 16

struct xen_hvm_param {
	uint16_t domid;
	uint16_t pad;
	uint32_t index;
	uint64_t value;
};
ABI_SIZE(struct xen_hvm_param, 16);

struct xen_hvm_pagetable_dying {
	uint16_t domid;
	uint16_t pad[3];
	uint64_t gpa;
};
ABI_SIZE(struct xen_hvm_pagetable_dying, 16);

struct xen_hvm_get_time {
	uint64_t now; /* out: ns */
};
ABI_SIZE(struct xen_hvm_get_time, 8);

struct xen_hvm_xentrace {
	uint16_t event;
	uint16_t extra_bytes;
	uint8_t extra[28];
};
ABI_SIZE(struct xen_hvm_xentrace, 32);

struct xen_hvm_get_mem_type {
	uint16_t domid;
	uint16_t mem_type; /* out: HVMMEM_* */
	uint16_t pad[2];
	uint64_t pfn;
};
ABI_SIZE(struct xen_hvm_get_mem_type, 16);

struct xen_hvm_evtchn_upcall_vector {
	uint32_t vcpu;
	uint8_t vector; /* 16 and up; 0 takes it back */
};
ABI_SIZE(struct xen_hvm_evtchn_upcall_vector, 8);

struct xen_hvm_altp2m_domain_state {
	uint8_t state;
};
ABI_SIZE(struct xen_hvm_altp2m_domain_state, 1);

struct xen_hvm_altp2m_vcpu_enable_notify {
	uint32_t vcpu_id;
	uint32_t pad;
	uint64_t gfn;
};
ABI_SIZE(struct xen_hvm_altp2m_vcpu_enable_notify, 16);

struct xen_hvm_altp2m_vcpu_disable_notify {
	uint32_t vcpu_id;
};
ABI_SIZE(struct xen_hvm_altp2m_vcpu_disable_notify, 4);

struct xen_hvm_altp2m_view {
	uint16_t view;
	uint16_t hvmmem_default_access;
};
ABI_SIZE(struct xen_hvm_altp2m_view, 4);

struct xen_hvm_altp2m_mem_access {
	uint16_t view;
	uint16_t access;
	uint32_t pad;
	uint64_t gfn;
};
ABI_SIZE(struct xen_hvm_altp2m_mem_access, 16);

struct xen_hvm_altp2m_set_mem_access_multi {
	uint16_t view;
	uint16_t pad;
	uint32_t nr;
	uint64_t opaque;      /* 0; the progress of a continuation */
	uint64_t pfn_list;    /* handle of uint64_t */
	uint64_t access_list; /* handle of uint8_t */
};
ABI_SIZE(struct xen_hvm_altp2m_set_mem_access_multi, 32);

struct xen_hvm_altp2m_suppress_ve {
	uint16_t view;
	uint8_t suppress_ve;
	uint8_t pad1;
	uint32_t pad2;
	uint64_t gfn;
};
ABI_SIZE(struct xen_hvm_altp2m_suppress_ve, 16);

struct xen_hvm_altp2m_suppress_ve_multi {
	uint16_t view;
	uint8_t suppress_ve;
	uint8_t pad1;
	int32_t first_error; /* out, as first_error_gfn */
	uint64_t first_gfn;
	uint64_t last_gfn;
	uint64_t first_error_gfn;
};
ABI_SIZE(struct xen_hvm_altp2m_suppress_ve_multi, 32);

struct xen_hvm_altp2m_change_gfn {
	uint16_t view;
	uint16_t pad1;
	uint32_t pad2;
	uint64_t old_gfn;
	uint64_t new_gfn;
};
ABI_SIZE(struct xen_hvm_altp2m_change_gfn, 24);

struct xen_hvm_altp2m_get_vcpu_p2m_idx {
	uint32_t vcpu_id;
	uint16_t altp2m_idx; /* out */
};
ABI_SIZE(struct xen_hvm_altp2m_get_vcpu_p2m_idx, 8);

struct xen_hvm_altp2m_set_visibility {
	uint16_t altp2m_idx;
	uint8_t visible;
	uint8_t pad;
};
ABI_SIZE(struct xen_hvm_altp2m_set_visibility, 4);

struct xen_hvm_altp2m_op {
	uint32_t version;
	uint32_t cmd;
	uint16_t domain;
	uint16_t pad1;
	uint32_t pad2;
	union {
		struct xen_hvm_altp2m_domain_state domain_state;
		struct xen_hvm_altp2m_vcpu_enable_notify enable_notify;
		struct xen_hvm_altp2m_view view;
		struct xen_hvm_altp2m_mem_access mem_access;
		struct xen_hvm_altp2m_change_gfn change_gfn;
		struct xen_hvm_altp2m_set_mem_access_multi set_mem_access_multi;
		struct xen_hvm_altp2m_suppress_ve suppress_ve;
		struct xen_hvm_altp2m_suppress_ve_multi suppress_ve_multi;
		struct xen_hvm_altp2m_vcpu_disable_notify disable_notify;
		struct xen_hvm_altp2m_get_vcpu_p2m_idx get_vcpu_p2m_idx;
		struct xen_hvm_altp2m_set_visibility set_visibility;
		uint8_t pad[64];
	} u;
};
ABI_SIZE(struct xen_hvm_altp2m_op, 80);

#endif
