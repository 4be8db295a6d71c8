/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENVER_get_features: the submaps hold what a PV dom0 relies on, and nothing of an HVM guest. */
#include "guest/hypercall.h"
#include "guest/test.h"

static bool has(uint32_t features, unsigned int bit)
{
	return features >> bit & 1;
}

void test_main(void)
{
	struct xen_feature_info info = {.submap_idx = 0};

	REQUIRE_EQUAL(hypercall_version(XENVER_get_features, &info), 0);
	printf("submap 0 is 0x%x\n", info.submap);
	CHECK(has(info.submap, XENFEAT_pae_pgdir_above_4gb));
	CHECK(has(info.submap, XENFEAT_mmu_pt_update_preserve_ad));
	CHECK(has(info.submap, XENFEAT_highmem_assist));
	CHECK(has(info.submap, XENFEAT_gnttab_map_avail_bits));
	CHECK(has(info.submap, XENFEAT_dom0));
	CHECK(!has(info.submap, XENFEAT_ARM_SMCCC_supported));
	CHECK(!has(info.submap, XENFEAT_auto_translated_physmap));
	CHECK(!has(info.submap, XENFEAT_hvm_callback_vector));
	CHECK(!has(info.submap, XENFEAT_hvm_safe_pvclock));
	CHECK(!has(info.submap, XENFEAT_hvm_pirqs));
	CHECK(has(info.submap, XENFEAT_not_direct_mapped) !=
	      has(info.submap, XENFEAT_direct_mapped));
	info.submap_idx = XENFEAT_NR_SUBMAPS;
	CHECK_EQUAL(hypercall_version(XENVER_get_features, &info), -XEN_EINVAL);
}
