/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pointer that is not mapped, not canonical or past the end of user space fails with -EFAULT. */
#include "abi/event_channel.h"
#include "abi/memory.h"
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static void check_pointer(uint64_t pointer)
{
	static const struct {
		uint64_t number, a1, a2, a3;
		unsigned int place; /* which argument is the pointer */
	} calls[] = {
		{__HYPERVISOR_xen_version, XENVER_extraversion, 0, 0, 2},
		{__HYPERVISOR_xen_version, XENVER_capabilities, 0, 0, 2},
		{__HYPERVISOR_xen_version, XENVER_get_features, 0, 0, 2},
		{__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound, 0, 0, 2},
		{__HYPERVISOR_event_channel_op, EVTCHNOP_send, 0, 0, 2},
		{__HYPERVISOR_sched_op, SCHEDOP_poll, 0, 0, 2},
		{__HYPERVISOR_memory_op, XENMEM_current_reservation, 0, 0, 2},
		{__HYPERVISOR_memory_op, XENMEM_exchange, 0, 0, 2},
		{__HYPERVISOR_memory_op, XENMEM_memory_map, 0, 0, 2},
		{__HYPERVISOR_multicall, 0, 1, 0, 1},
		{__HYPERVISOR_mmu_update, 0, 1, 0, 1},
		{__HYPERVISOR_mmuext_op, 0, 1, 0, 1},
		{__HYPERVISOR_set_gdt, 0, 16, 0, 1},
		{__HYPERVISOR_set_trap_table, 0, 0, 0, 1},
		{__HYPERVISOR_vcpu_op, VCPUOP_register_vcpu_info, 0, 0, 3},
		{__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl, 0, 0, 2},
		{__HYPERVISOR_callback_op, CALLBACKOP_register, 0, 0, 2},
		{__HYPERVISOR_platform_op, 0, 0, 0, 1},
		{__HYPERVISOR_console_io, CONSOLEIO_write, 16, 0, 3},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		uint64_t a4 = calls[i].number == __HYPERVISOR_mmu_update ||
					      calls[i].number == __HYPERVISOR_mmuext_op
				      ? DOMID_SELF
				      : 0;
		long result = hypercall(calls[i].number,
					calls[i].place == 1 ? pointer : calls[i].a1,
					calls[i].place == 2 ? pointer : calls[i].a2,
					calls[i].place == 3 ? pointer : calls[i].a3, a4, 0);

		if (result != -XEN_EFAULT)
			printf("call %lu, %lu with 0x%lx\n", calls[i].number, calls[i].a1, pointer);
		CHECK_EQUAL(result, -XEN_EFAULT);
	}
}

void test_main(void)
{
	check_pointer(0x7000dead0000);
	check_pointer(0x0000800000000000);
	check_pointer(0x1234567812345678);
	check_pointer(0xffff800000000000 - 8);
	check_pointer(0xffff820000000000);
	check_pointer(0xffff87fffffffff8);
}
