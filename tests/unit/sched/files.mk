# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += sched
unit-sched-sources = tests/unit/sched/test_credit.c tests/unit/sched/test_null.c tests/unit/sched/test_rt.c tests/unit/sched/test_pool.c tests/unit/sched/test_core.c tests/unit/sched/test_hotplug.c \
	tests/unit/sched/test_operations.c tests/unit/sched/main.c tests/unit/sched/simulation.c \
	hypervisor/sched/core.c hypervisor/sched/unit.c hypervisor/sched/wake.c hypervisor/sched/pause.c \
	hypervisor/sched/poll.c hypervisor/sched/runstate.c hypervisor/sched/vtimer.c \
	hypervisor/sched/affinity.c hypervisor/sched/watchdog.c hypervisor/sched/shutdown.c \
	hypervisor/sched/sched_op.c hypervisor/sched/vcpu_op.c hypervisor/sched/credit.c \
	hypervisor/sched/credit_account.c hypervisor/sched/credit_adjust.c \
	hypervisor/sched/null.c hypervisor/sched/rt.c hypervisor/sched/rt_adjust.c hypervisor/sched/pool.c hypervisor/sched/hotplug.c \
	hypervisor/sched/adjust.c hypervisor/domain/create.c hypervisor/domain/destroy.c \
	hypervisor/domain/modules.c hypervisor/domain/table.c hypervisor/domain/vcpu.c \
	hypervisor/domain/vcpu_info.c hypervisor/domain/vm_assist.c \
	hypervisor/core/timer.c hypervisor/core/softirq.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c \
	tests/unit/fake/machine_end.c tests/unit/fake/page_list.c tests/unit/fake/kernel_copy.c $(fake-sources)
