/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set_trap_table: addresses that are not canonical are refused; a null handle clears the table. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	struct xen_trap_info table[2] = {
		{.vector = 0x60, .cs = FLAT_KERNEL_CS, .address = 0x1234567812345678}};

	CHECK_EQUAL(hypercall_set_trap_table(table), -XEN_EINVAL);
	table[0].address = 0x0000800000000000;
	CHECK_EQUAL(hypercall_set_trap_table(table), -XEN_EINVAL);
	table[0].address = (uint64_t)trap_entries;
	CHECK_EQUAL(hypercall_set_trap_table(table), 0);
	CHECK_EQUAL(hypercall_set_trap_table((void *)0x7000dead0000), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_set_trap_table(NULL), 0);
	trap_init();
	CHECK(probe_read((void *)0x7000dead0000, NULL, NULL));
}
