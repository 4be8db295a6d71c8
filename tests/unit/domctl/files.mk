# SPDX-License-Identifier: GPL-2.0-or-later
domctl-sources = tests/unit/domctl/fixture.c \
	hypervisor/hypercall/domctl.c hypervisor/hypercall/domctl_domain.c hypervisor/hypercall/domctl_vcpu.c \
	hypervisor/hypercall/xenctl_bitmap.c hypervisor/hypercall/domain_info.c \
	arch/x86/pv/domctl.c arch/x86/pv/domctl_context.c arch/x86/pv/domctl_policy.c arch/x86/pv/domctl_state.c \
	arch/x86/cpu/cpu_policy.c arch/x86/cpu/cpu_policy_list.c hypervisor/lib/rangeset.c \
	hypervisor/domain/create.c hypervisor/domain/destroy.c hypervisor/domain/modules.c \
	hypervisor/domain/table.c hypervisor/domain/vcpu.c hypervisor/domain/vcpu_info.c \
	hypervisor/domain/vm_assist.c hypervisor/sched/pause.c hypervisor/core/softirq.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c tests/unit/fake/machine_end.c tests/unit/fake/page_list.c
unit-tests += domctl
unit-domctl-sources = tests/unit/domctl/test_domctl.c $(domctl-sources) $(fake-sources)
