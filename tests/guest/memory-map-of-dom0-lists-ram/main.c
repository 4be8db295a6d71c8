/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENMEM_memory_map and machine_memory_map give E820 entries; short buffers are handled. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/test.h"

struct entry {
	uint64_t address, size;
	uint32_t type;
} __attribute__((packed));

static struct entry entries[128];

static void check_map(uint64_t command, bool required)
{
	struct xen_memory_map map = {.nr_entries = 128, .buffer = (uint64_t)entries};
	uint64_t ram = 0;
	long result = hypercall_memory_op(command, &map);

	if (!required && result == -XEN_ENOSYS)
		return;
	REQUIRE_EQUAL(result, 0);
	CHECK(map.nr_entries > 0 && map.nr_entries <= 128);
	for (unsigned int i = 0; i < map.nr_entries; i++) {
		if (entries[i].type == 1)
			ram += entries[i].size;
	}
	CHECK(ram >= 64ul << 20);
	map.nr_entries = 128;
	map.buffer = 0x7000dead0000;
	CHECK_EQUAL(hypercall_memory_op(command, &map), -XEN_EFAULT);
}

void test_main(void)
{
	struct xen_memory_map map = {.nr_entries = 1, .buffer = (uint64_t)entries};
	long result;

	check_map(XENMEM_memory_map, false);
	check_map(XENMEM_machine_memory_map, true);
	result = hypercall_memory_op(XENMEM_machine_memory_map, &map);
	CHECK(result <= 0);
	CHECK(map.nr_entries <= 1);
}
