/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sendtrigger runs the NMI callback of a guest that has one; other triggers are none for a PV guest. */
#include "abi/callback.h"
#include "guest/child.h"
#include "guest/test.h"
#include "guest/trap.h"

static void on_nmi(struct trap_regs *regs)
{
	child_mailbox.words[1]++;
}

static void wait(void)
{
	struct xen_callback_register call = {.type = CALLBACKTYPE_nmi,
					     .address = (uint64_t)nmi_entry};

	trap_set_handler(TRAP_NMI_CALLBACK, on_nmi);
	CHECK_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), 0);
	child_mailbox.words[0] = 1;
	child_await(1, 1);
	child_mailbox.words[0] = 2;
	child_await(1, 2);
}

static long trigger(uint16_t id, uint32_t what, uint32_t vcpu)
{
	struct xen_domctl call = {0};

	call.u.sendtrigger.trigger = what;
	call.u.sendtrigger.vcpu = vcpu;
	return domctl_send(&call, XEN_DOMCTL_sendtrigger, id);
}

void test_main(void)
{
	struct child *child = child_start(wait);

	REQUIRE(child_wait_word(child, 0, 1));
	CHECK_EQUAL(trigger(child->id, XEN_DOMCTL_SENDTRIGGER_NMI, 0), 0);
	REQUIRE(child_wait_word(child, 0, 2));
	CHECK(trigger(child->id, XEN_DOMCTL_SENDTRIGGER_NMI, 1) < 0);
	CHECK(trigger(child->id, XEN_DOMCTL_SENDTRIGGER_POWER, 0) < 0);
	CHECK(trigger(child->id, 99, 0) < 0);
	CHECK_EQUAL(child->mailbox->words[1], 1);
	CHECK_EQUAL(trigger(child->id, XEN_DOMCTL_SENDTRIGGER_NMI, 0), 0);
	CHECK(child_wait(child));
}
