/* SPDX-License-Identifier: GPL-2.0-or-later */
/* callback_op: the types a PV kernel uses, addresses checked, unknown types and unregistering refused. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

static long set(uint16_t type, uint64_t address)
{
	struct xen_callback_register call = {.type = type, .address = address};

	return hypercall_callback_op(CALLBACKOP_register, &call);
}

static long unset(uint16_t type)
{
	struct xen_callback_unregister call = {.type = type};

	return hypercall_callback_op(CALLBACKOP_unregister, &call);
}

void test_main(void)
{
	static const uint16_t types[] = {CALLBACKTYPE_event,	 CALLBACKTYPE_failsafe,
					 CALLBACKTYPE_syscall,	 CALLBACKTYPE_nmi,
					 CALLBACKTYPE_syscall32, CALLBACKTYPE_sysenter};

	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
		uint64_t address = (uint64_t)(types[i] == CALLBACKTYPE_event ? event_entry
									     : nmi_entry);

		CHECK_EQUAL(set(types[i], address), 0);
		CHECK_EQUAL(set(types[i], 0x1234567812345678), -XEN_EINVAL);
	}
	CHECK_EQUAL(set(6, (uint64_t)nmi_entry), -XEN_ENOSYS);
	CHECK_EQUAL(set(8, (uint64_t)nmi_entry), -XEN_ENOSYS);
	CHECK_EQUAL(set(0xffff, (uint64_t)nmi_entry), -XEN_ENOSYS);
	CHECK_EQUAL(unset(CALLBACKTYPE_event), -XEN_EINVAL);
	CHECK_EQUAL(unset(CALLBACKTYPE_syscall), -XEN_EINVAL);
	CHECK_EQUAL(unset(CALLBACKTYPE_nmi), 0);
	CHECK_EQUAL(unset(6), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_callback_op(2, NULL), -XEN_ENOSYS);
}
