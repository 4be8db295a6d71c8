/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_send_nmi runs the NMI callback once, even with upcalls masked; without one it is held. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"

static unsigned int taken;

static void take_nmi(struct trap_regs *regs)
{
	taken++;
}

void test_main(void)
{
	struct xen_callback_register call = {.type = CALLBACKTYPE_nmi,
					     .address = (uint64_t)nmi_entry};

	trap_set_handler(TRAP_NMI_CALLBACK, take_nmi);
	CHECK_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), 0);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 1);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_send_nmi, 0, NULL), 0);
	CHECK_EQUAL(taken, 1);
	hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(taken, 1);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_send_nmi, 0, NULL), 0);
	CHECK_EQUAL(taken, 2);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_send_nmi, 9, NULL), -XEN_ENOENT);
}
