/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hypercall handlers that no other header declares, gathered for the dispatch
 * switch: those of arch/x86 (which hv/ code may not include by their own
 * headers) and single ones. Arguments are the guest's registers.
 */
#ifndef HV_HANDLERS_H
#define HV_HANDLERS_H

#include "hv/types.h"

/* hypercall/memory_op.c */
int64_t hypercall_memory_op(uint64_t command, uint64_t argument);
/* hypercall/sysctl.c */
int64_t hypercall_sysctl(uint64_t argument);
/* hypercall/version.c */
int64_t hypercall_xen_version(uint64_t command, uint64_t argument);
/* arch/x86/interfaces/platform.c */
int64_t hypercall_platform_op(uint64_t operation);
/* event/: the compat form takes a struct xen_evtchn_op */
int64_t hypercall_event_channel_op_compat(uint64_t operation);

/* arch/x86/pv */
int64_t hypercall_set_trap_table(uint64_t traps);
int64_t hypercall_set_callbacks(uint64_t event, uint64_t failsafe, uint64_t syscall);
int64_t hypercall_callback_op(uint64_t command, uint64_t argument);
int64_t hypercall_stack_switch(uint64_t ss, uint64_t sp);
int64_t hypercall_set_segment_base(uint64_t which, uint64_t base);
int64_t hypercall_set_debugreg(uint64_t reg, uint64_t value);
uint64_t hypercall_get_debugreg(uint64_t reg);
int64_t hypercall_fpu_taskswitch(uint64_t set);
int64_t hypercall_iret(void);
int64_t hypercall_nmi_op(uint64_t command, uint64_t argument);

/* arch/x86/mm */
int64_t hypercall_mmu_update(uint64_t list, uint64_t count, uint64_t done, uint64_t foreign);
int64_t hypercall_mmuext_op(uint64_t list, uint64_t count, uint64_t done, uint64_t foreign);
int64_t hypercall_update_va_mapping(uint64_t address, uint64_t value, uint64_t flags);
int64_t hypercall_update_va_mapping_otherdomain(uint64_t address, uint64_t value, uint64_t flags,
						uint64_t domain);
int64_t hypercall_update_descriptor(uint64_t machine_address, uint64_t descriptor);
int64_t hypercall_set_gdt(uint64_t frame_list, uint64_t nr_entries);

#endif
