# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/domain/table.c
sources-y += hypervisor/domain/create.c
sources-y += hypervisor/domain/destroy.c
sources-y += hypervisor/domain/modules.c
sources-y += hypervisor/domain/vcpu.c
sources-y += hypervisor/domain/vcpu_info.c
sources-y += hypervisor/domain/vm_assist.c
