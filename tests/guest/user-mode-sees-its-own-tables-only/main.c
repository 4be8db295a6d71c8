/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that only the kernel's base table maps faults in user mode, with the user bit set. */
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define KERNEL_ONLY 0x200000000000ul

static struct fault fault;

static uint64_t user_read(uint64_t address)
{
	return *(volatile uint64_t *)address;
}

static uint64_t user_write(uint64_t address)
{
	*(volatile uint64_t *)address = 1;
	return 0;
}

static void run_read(void *argument)
{
	user_call(user_read, (uint64_t)argument);
}

static void run_write(void *argument)
{
	user_call(user_write, (uint64_t)argument);
}

static void check_fault_of(void (*run)(void *), uint64_t address, uint64_t error_code)
{
	CHECK(catch_fault(run, (void *)address, &fault));
	CHECK_EQUAL(fault.vector, TRAP_PF);
	CHECK_EQUAL(fault.error_code, error_code);
	CHECK_EQUAL(fault.address, address);
	CHECK(fault.from_user);
}

void test_main(void)
{
	uint64_t *shared = page_alloc(1);

	map_at(KERNEL_ONLY, pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	*(volatile uint64_t *)KERNEL_ONLY = 7;
	shared[0] = 99;
	CHECK_EQUAL(user_call(user_read, (uint64_t)shared), 99);
	check_fault_of(run_read, KERNEL_ONLY, FAULT_USER);
	check_fault_of(run_write, KERNEL_ONLY, FAULT_USER | FAULT_WRITE);
	/* Whether the hypervisor maps its range there or not is its own affair. */
	CHECK(catch_fault(run_read, (void *)0xffff800000000000, &fault));
	CHECK_EQUAL(fault.error_code & ~FAULT_PRESENT, FAULT_USER);
	CHECK_EQUAL(*(volatile uint64_t *)KERNEL_ONLY, 7);
}
