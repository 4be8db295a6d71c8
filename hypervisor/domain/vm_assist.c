/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm_assist: switches that a guest sets for itself. Who acts on one reads the
 * bit in domain.vm_assist. A 64-bit guest may set the segment and page-table
 * ones although nothing of it depends on them.
 */
#include "hv/domain.h"
#include "hv/errno.h"

#define ASSIST(type) (1ULL << VMASST_TYPE_##type)

static const uint64_t valid_assists = ASSIST(4gb_segments) | ASSIST(4gb_segments_notify) |
				      ASSIST(writable_pagetables) | ASSIST(pae_extended_cr3) |
				      ASSIST(architectural_iopl) | ASSIST(runstate_update_flag) |
				      ASSIST(m2p_strict);

void vm_assist_install(struct domain *d, uint64_t assists)
{
	__atomic_store_n(&d->vm_assist, assists & valid_assists, __ATOMIC_RELAXED);
}

int64_t hypercall_vm_assist(uint64_t command, uint64_t type)
{
	struct domain *d = current_vcpu()->domain;

	/* The ABI's arguments are 32 bits wide. */
	command = (uint32_t)command;
	type = (uint32_t)type;
	if (type >= 64 || !(valid_assists & (1ULL << type)))
		return -EINVAL;
	switch (command) {
	case VMASST_CMD_enable:
		__atomic_or_fetch(&d->vm_assist, 1ULL << type, __ATOMIC_RELAXED);
		return 0;
	case VMASST_CMD_disable:
		__atomic_and_fetch(&d->vm_assist, ~(1ULL << type), __ATOMIC_RELAXED);
		return 0;
	}
	return -ENOSYS;
}
