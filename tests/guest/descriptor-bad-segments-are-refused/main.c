/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GDT with ring-0 code, call gates to the kernel or system segments is refused; so are updates. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static long update(uint64_t machine_address, uint64_t descriptor)
{
	return hypercall(__HYPERVISOR_update_descriptor, machine_address, descriptor, 0, 0, 0);
}

static void load_es(void *argument)
{
	uint16_t selector = (uint16_t)(uint64_t)argument;

	__asm__ volatile("mov %0, %%es" ::"r"(selector));
}

void test_main(void)
{
	static const uint64_t bad[] = {
		0x0000890000000067, /* task state */
		0x0000820000000fff, /* local table */
	};
	uint64_t *gdt = page_alloc(1), *plain = page_alloc(1);
	uint64_t frame = mfn_of(gdt);

	REQUIRE_EQUAL(page_set_flags(gdt, PTE_READ_ONLY), 0);
	REQUIRE_EQUAL(hypercall_set_gdt(&frame, 512), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		if (!CHECK_EQUAL(update(maddr_of(&gdt[i]), bad[i]), -XEN_EINVAL))
			printf("descriptor 0x%lx\n", bad[i]);
		CHECK_EQUAL(gdt[i], 0);
	}
	/* Segments of ring 0 are taken as ring 1-3 or refused, never left usable in ring 0. */
	if (update(maddr_of(&gdt[8]), 0x00cf93000000ffff) == 0)
		CHECK((gdt[8] >> 45 & 3) != 0);
	/* A call gate is refused, or taken out of the reach of ring 3. */
	if (update(maddr_of(&gdt[10]), 0x0000ec0000330000) == 0)
		CHECK_EQUAL(gdt[10] >> 45 & 3, 0);
	CHECK_EQUAL(update(maddr_of(&gdt[9]), 0x00cff3000000ffff), 0);
	load_es((void *)(9 * 8 | 3));
	load_es((void *)0);
	CHECK_EQUAL(update(maddr_of(&gdt[9]) | 4, 0), -XEN_EINVAL);
	CHECK_EQUAL(update(0x7ffffff000, 0), -XEN_EINVAL);
	CHECK_EQUAL(update(maddr_of(&plain[1]), 0x00cff3000000ffff), 0);
	CHECK_EQUAL(plain[1], 0x00cff3000000ffff);
}
