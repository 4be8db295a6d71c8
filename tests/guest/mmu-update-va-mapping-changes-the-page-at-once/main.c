/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update_va_mapping with each flush flag: the new frame and rights are seen by the next access. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	static const uint64_t flags[] = {UVMF_INVLPG | UVMF_LOCAL, UVMF_INVLPG | UVMF_ALL,
					 UVMF_TLB_FLUSH | UVMF_LOCAL, UVMF_TLB_FLUSH | UVMF_ALL};
	volatile uint64_t *left = page_alloc(1), *right = page_alloc(1);
	uint64_t address = 0x200000000000;
	volatile uint64_t *at = (uint64_t *)address;
	uint64_t mask = 1;

	*left = 1;
	*right = 2;
	map_tables(address);
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		CHECK_EQUAL(hypercall_update_va_mapping(address, pte_make(mfn_of(left), PTE_DATA),
							flags[i]),
			    0);
		CHECK_EQUAL(*at, 1);
		CHECK_EQUAL(hypercall_update_va_mapping(address, pte_make(mfn_of(right), PTE_DATA),
							flags[i]),
			    0);
		CHECK_EQUAL(*at, 2);
		CHECK_EQUAL(hypercall_update_va_mapping(
				    address, pte_make(mfn_of(right), PTE_READ_ONLY), flags[i]),
			    0);
		CHECK(probe_write(at, 3, NULL));
		CHECK_EQUAL(hypercall_update_va_mapping(address, 0, flags[i]), 0);
		CHECK(probe_read(at, NULL, NULL));
	}
	CHECK_EQUAL(
		hypercall_update_va_mapping(address, 0, UVMF_INVLPG | UVMF_MULTI | (uint64_t)&mask),
		0);
	CHECK_EQUAL(hypercall_update_va_mapping(address, 0,
						UVMF_TLB_FLUSH | UVMF_MULTI | (uint64_t)&mask),
		    0);
}
