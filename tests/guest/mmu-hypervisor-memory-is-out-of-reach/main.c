/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes of the hypervisor's range fault, but for the read-only machine-to-physical table. */
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	struct fault fault = {0};

	for (uint64_t slot = 256; slot < 272; slot++) {
		uint64_t start = 0xffff000000000000ul | slot << 39;

		for (uint64_t offset = 0; offset < 1ul << 39; offset += 1ul << 33) {
			volatile uint64_t *address = (uint64_t *)(start + offset);
			bool m2p = slot == 256 && offset < 1ul << 38;

			if (!m2p)
				CHECK(probe_read(address, NULL, &fault));
			CHECK(probe_write(address, 0, &fault));
			CHECK_EQUAL(fault.vector, TRAP_PF);
			CHECK(probe_execute((const void *)address, &fault));
		}
	}
	CHECK(!probe_read((void *)MACH2PHYS_VIRT_START, NULL, &fault));
}
