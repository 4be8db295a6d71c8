/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The start of day in C: traps, shared_info, callbacks, then the test. */
#include "guest/child.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

const struct xen_start_info *start_info;
uint16_t kernel_cs;

static char shared_info_page[PAGE_SIZE] page_aligned;
struct xen_shared_info *shared_info = (struct xen_shared_info *)shared_info_page;

void start_main(const struct xen_start_info *info)
{
	long result;

	start_info = info;
	kernel_cs = FLAT_KERNEL_CS & ~3;
	result = hypercall_update_va_mapping((uint64_t)shared_info, info->shared_info | PTE_DATA,
					     UVMF_INVLPG);
	if (result != 0)
		test_error("shared_info cannot be mapped: %ld", result);
	vcpu_init(0);
	trap_init();
	if (child_function)
		child_main();
	test_main();
	test_finish();
}
