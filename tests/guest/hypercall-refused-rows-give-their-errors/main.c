/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every refused row of docs/abi/hypercalls.md, and numbers without a row, give the error of the page. */
#include "abi/callback.h"
#include "abi/memory.h"
#include "abi/physdev.h"
#include "abi/platform.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static char *page;

static void check_calls(void)
{
	static const uint64_t numbers[] = {
		__HYPERVISOR_xsm_op,
		__HYPERVISOR_xenoprof_op,
		__HYPERVISOR_hvm_op,
		__HYPERVISOR_kexec_op,
		__HYPERVISOR_tmem_op,
		__HYPERVISOR_argo_op,
		__HYPERVISOR_xenpmu_op,
		__HYPERVISOR_dm_op,
		__HYPERVISOR_hypfs_op,
		__HYPERVISOR_arch_0,
		__HYPERVISOR_arch_1,
		__HYPERVISOR_arch_2,
		__HYPERVISOR_arch_7,
		11,
		43,
		56,
		63,
		64,
		255,
		1u << 31,
		1ull << 32,
		~0ull,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		long result = hypercall(numbers[i], 0, (uint64_t)page, 1, 0, 0);

		if (!CHECK_EQUAL(result, -XEN_ENOSYS))
			printf("hypercall %lu\n", numbers[i]);
	}
}

static void check_memory(void)
{
	CHECK_EQUAL(hypercall_memory_op(XENMEM_set_pod_target, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_get_pod_target, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_get_sharing_freed_pages, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_get_sharing_shared_pages, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_paging_op, page), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_access_op, page), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_sharing_op, page), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_machphys_compat_mfn_list, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(29, page), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(63, page), -XEN_ENOSYS);
}

static void check_physdev(void)
{
	static const unsigned int commands[] = {
		PHYSDEVOP_IRQ_UNMASK_NOTIFY,
		PHYSDEVOP_apic_write,
		PHYSDEVOP_free_irq_vector,
		0,
		18,
		22,
		32,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!CHECK_EQUAL(hypercall_physdev_op(commands[i], page), -XEN_ENOSYS))
			printf("physdev_op %u\n", commands[i]);
	}
}

static void check_platform(void)
{
	static const unsigned int commands[] = {
		XENPF_add_memtype,	    XENPF_del_memtype,	  XENPF_read_memtype,
		XENPF_microcode_update,	    XENPF_platform_quirk, XENPF_change_freq,
		XENPF_set_processor_pminfo, XENPF_cpu_hotadd,	  XENPF_mem_hotadd,
		XENPF_core_parking,	    XENPF_resource_op,	  64,
	};
	struct xen_platform_op *call = (struct xen_platform_op *)page;

	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		call->cmd = commands[i];
		call->interface_version = XENPF_INTERFACE_VERSION;
		if (!CHECK_EQUAL(hypercall_platform_op(call), -XEN_ENOSYS))
			printf("platform_op %u\n", commands[i]);
	}
}

static void check_callbacks(void)
{
	struct xen_callback_register call = {.type = CALLBACKTYPE_sysenter_deprecated,
					     .address = 0x1000};

	CHECK_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), -XEN_ENOSYS);
}

void test_main(void)
{
	page = page_alloc(1);
	check_calls();
	check_memory();
	check_physdev();
	check_platform();
	check_callbacks();
	CHECK_EQUAL(mmuext(MMUEXT_MARK_SUPER, 0, 0), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(mmuext(MMUEXT_UNMARK_SUPER, 0, 0), -XEN_EOPNOTSUPP);
}
