/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One vcpu pins and unpins a table while the other maps the page writable: never both at a time. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define ALIAS 0x200000000000ul
#define ENOUGH 20
#define BAD_ENTRY 0x7ffffff067ul

static uint64_t *page;
static uint32_t stop, writes, pins;

static void map_and_write(void *argument)
{
	volatile uint64_t *alias = (uint64_t *)ALIAS;

	while (!read_once(stop)) {
		if (hypercall_update_va_mapping(ALIAS, pte_make(mfn_of(page), PTE_DATA),
						UVMF_INVLPG))
			continue;
		alias[100] = BAD_ENTRY;
		cpu_relax();
		alias[100] = 0;
		writes++;
		hypercall_update_va_mapping(ALIAS, 0, UVMF_INVLPG | UVMF_ALL);
	}
	write_once(stop, 2);
}

void test_main(void)
{
	uint64_t end;

	page = table_alloc();
	map_tables(ALIAS);
	vcpu_start(1, map_and_write, NULL);
	/* Both must have had their turns, however few processors the emulator has for itself. */
	end = time_ns() + 30 * SECOND;
	while ((pins < ENOUGH || read_once(writes) < ENOUGH) && time_ns() < end) {
		if (mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(page), 0) != 0)
			continue;
		pins++;
		for (unsigned int i = 0; i < 20; i++) {
			if (read_once(page[100]) != 0)
				test_fail("a pinned table was written");
		}
		CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(page), 0), 0);
	}
	write_once(stop, 1);
	printf("%u pins, %u writes\n", pins, writes);
	CHECK(pins >= ENOUGH);
	CHECK(writes >= ENOUGH);
}
