# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += domain
unit-domain-sources = tests/unit/domain/test_create.c tests/unit/domain/test_destroy.c \
	tests/unit/domain/support.c tests/unit/domain/modules.c \
	hypervisor/domain/create.c hypervisor/domain/destroy.c hypervisor/domain/modules.c \
	hypervisor/domain/table.c hypervisor/domain/vcpu.c hypervisor/domain/vcpu_info.c \
	hypervisor/domain/vm_assist.c hypervisor/core/softirq.c hypervisor/core/lock.c \
	hypervisor/core/lock_debug.c tests/unit/fake/machine_end.c tests/unit/fake/page_list.c \
	$(fake-sources)
