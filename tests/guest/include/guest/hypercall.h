/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hypercalls by the syscall instruction; all return a value >= 0 or a negative errno of the ABI. */
#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include "abi/callback.h"
#include "abi/errno.h"
#include "abi/sched.h"
#include "abi/vcpu.h"
#include "abi/version.h"
#include "abi/xen.h"
#include "guest/types.h"

static inline long hypercall(uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
			     uint64_t a5)
{
	register uint64_t r10 __asm__("r10") = a4;
	register uint64_t r8 __asm__("r8") = a5;
	register uint64_t r9 __asm__("r9") = 0;

	__asm__ volatile("syscall"
			 : "+a"(number), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10), "+r"(r8), "+r"(r9)
			 :
			 : "rcx", "r11", "memory");
	return (long)number;
}

static inline long hypercall0(uint64_t number)
{
	return hypercall(number, 0, 0, 0, 0, 0);
}

static inline long hypercall_set_trap_table(const struct xen_trap_info *table)
{
	return hypercall(__HYPERVISOR_set_trap_table, (uint64_t)table, 0, 0, 0, 0);
}

static inline long hypercall_mmu_update(struct xen_mmu_update *updates, uint64_t count,
					uint32_t *done, uint64_t domain)
{
	return hypercall(__HYPERVISOR_mmu_update, (uint64_t)updates, count, (uint64_t)done, domain,
			 0);
}

static inline long hypercall_mmuext_op(struct xen_mmuext_op *operations, uint64_t count,
				       uint32_t *done, uint64_t domain)
{
	return hypercall(__HYPERVISOR_mmuext_op, (uint64_t)operations, count, (uint64_t)done,
			 domain, 0);
}

static inline long hypercall_update_va_mapping(uint64_t address, uint64_t entry, uint64_t flags)
{
	return hypercall(__HYPERVISOR_update_va_mapping, address, entry, flags, 0, 0);
}

static inline long hypercall_set_gdt(const uint64_t *frames, uint64_t entries)
{
	return hypercall(__HYPERVISOR_set_gdt, (uint64_t)frames, entries, 0, 0, 0);
}

static inline long hypercall_stack_switch(uint64_t ss, uint64_t rsp)
{
	return hypercall(__HYPERVISOR_stack_switch, ss, rsp, 0, 0, 0);
}

static inline long hypercall_sched_op(uint64_t command, const void *argument)
{
	return hypercall(__HYPERVISOR_sched_op, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_memory_op(uint64_t command, const void *argument)
{
	return hypercall(__HYPERVISOR_memory_op, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_multicall(struct xen_multicall_entry *calls, uint64_t count)
{
	return hypercall(__HYPERVISOR_multicall, (uint64_t)calls, count, 0, 0, 0);
}

static inline long hypercall_event_channel_op(uint64_t command, void *argument)
{
	return hypercall(__HYPERVISOR_event_channel_op, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_version(uint64_t command, void *argument)
{
	return hypercall(__HYPERVISOR_xen_version, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_console_io(uint64_t command, uint64_t bytes, const void *buffer)
{
	return hypercall(__HYPERVISOR_console_io, command, bytes, (uint64_t)buffer, 0, 0);
}

static inline long hypercall_grant_table_op(uint64_t command, void *operations, uint64_t count)
{
	return hypercall(__HYPERVISOR_grant_table_op, command, (uint64_t)operations, count, 0, 0);
}

static inline long hypercall_vcpu_op(uint64_t command, uint64_t vcpu, const void *argument)
{
	return hypercall(__HYPERVISOR_vcpu_op, command, vcpu, (uint64_t)argument, 0, 0);
}

static inline long hypercall_physdev_op(uint64_t command, void *argument)
{
	return hypercall(__HYPERVISOR_physdev_op, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_platform_op(void *argument)
{
	return hypercall(__HYPERVISOR_platform_op, (uint64_t)argument, 0, 0, 0, 0);
}

static inline long hypercall_callback_op(uint64_t command, const void *argument)
{
	return hypercall(__HYPERVISOR_callback_op, command, (uint64_t)argument, 0, 0, 0);
}

static inline long hypercall_set_segment_base(uint64_t which, uint64_t base)
{
	return hypercall(__HYPERVISOR_set_segment_base, which, base, 0, 0, 0);
}

static inline long hypercall_vm_assist(uint64_t command, uint64_t type)
{
	return hypercall(__HYPERVISOR_vm_assist, command, type, 0, 0, 0);
}

static inline long hypercall_set_timer_op(uint64_t system_time_ns)
{
	return hypercall(__HYPERVISOR_set_timer_op, system_time_ns, 0, 0, 0, 0);
}

#endif
