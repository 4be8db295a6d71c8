/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_assist: known types go on and off, others are refused, so are unknown commands. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static const uint64_t types[] = {
		VMASST_TYPE_4gb_segments,	  VMASST_TYPE_4gb_segments_notify,
		VMASST_TYPE_writable_pagetables,  VMASST_TYPE_architectural_iopl,
		VMASST_TYPE_runstate_update_flag, VMASST_TYPE_m2p_strict};

	for (unsigned int i = 2; i < ARRAY_SIZE(types); i++) {
		CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_enable, types[i]), 0);
		CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_disable, types[i]), 0);
	}
	CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_enable, 31), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_enable, 64), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_enable, 1000), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_vm_assist(2, VMASST_TYPE_writable_pagetables), -XEN_ENOSYS);
}
