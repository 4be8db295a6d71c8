/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page faults of the kernel arrive with the address in vcpu_info and the bits of the access. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static void check_page_fault(bool faulted, const struct fault *fault, uint64_t address,
			     uint64_t error_code)
{
	if (!CHECK(faulted))
		return;
	CHECK_EQUAL(fault->vector, TRAP_PF);
	CHECK_EQUAL(fault->address, address);
	CHECK_EQUAL(fault->error_code, error_code);
	CHECK(!fault->from_user);
}

void test_main(void)
{
	char *page = page_alloc(1);
	struct fault fault = {0};
	bool faulted;

	faulted = probe_read((void *)0x7000dead0008, NULL, &fault);
	check_page_fault(faulted, &fault, 0x7000dead0008, 0);
	faulted = probe_write((void *)0x7000dead0010, 1, &fault);
	check_page_fault(faulted, &fault, 0x7000dead0010, FAULT_WRITE);
	REQUIRE_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	faulted = probe_write(page + 64, 1, &fault);
	check_page_fault(faulted, &fault, (uint64_t)page + 64, FAULT_WRITE | FAULT_PRESENT);
	REQUIRE_EQUAL(page_set_flags(page, PTE_DATA | PTE_NX), 0);
	faulted = probe_execute(page, &fault);
	check_page_fault(faulted, &fault, (uint64_t)page, FAULT_FETCH | FAULT_PRESENT);
}
