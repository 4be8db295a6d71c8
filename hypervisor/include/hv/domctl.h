/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domctl: control of one domain by the control domain. Owns nothing: rows of
 * hypercall/domctl.def lead to handlers here and in arch/x86/pv, which work on
 * one copy of the caller's struct. Of the operations on one domain one runs at
 * a time; no lock is held, so handlers may copy from and to the caller.
 */
#ifndef HV_DOMCTL_H
#define HV_DOMCTL_H

#include "abi/domctl.h"
#include "hv/types.h"

struct domain;
struct vcpu;

struct domctl_call {
	struct xen_domctl op; /* the caller's, copied once */
	struct domain *d;     /* referenced; NULL in rows without a domain */
	bool copies_back;     /* the handler changed op: the caller gets it, whatever is returned */
};

/* 0, an errno, or -ERESTART: the caller makes the call again with what op is by then. */
typedef int domctl_handler(struct domctl_call *call);

int64_t hypercall_domctl(uint64_t operation);

/* The vcpu of call->d with that number; NULL when there is none. */
struct vcpu *domctl_find_vcpu(const struct domctl_call *call, uint32_t id);

/* In arch/x86/pv: what depends on the processor. */
domctl_handler domctl_getpageframeinfo3, domctl_shadow_op, domctl_hypercall_init;
domctl_handler domctl_set_address_size, domctl_get_address_size, domctl_sendtrigger;
domctl_handler domctl_gettscinfo, domctl_settscinfo, domctl_memory_mapping;
domctl_handler domctl_setvcpucontext, domctl_getvcpucontext;
domctl_handler domctl_set_ext_vcpucontext, domctl_get_ext_vcpucontext;
domctl_handler domctl_setvcpuextstate, domctl_getvcpuextstate;
domctl_handler domctl_get_vcpu_msrs, domctl_set_vcpu_msrs;
domctl_handler domctl_get_cpu_policy, domctl_set_cpu_policy;
domctl_handler domctl_irq_permission, domctl_iomem_permission, domctl_ioport_permission;

#endif
