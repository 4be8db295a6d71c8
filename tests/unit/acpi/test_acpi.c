/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware tables, good, odd and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>
#include "fake.h"
#include "hv/acpi.h"
#include "hv/boot.h"

#define MEMORY_BYTES 0x20000
#define BOOT_APIC 3

struct boot_information boot_information;

static uint8_t memory[MEMORY_BYTES] aligned_to(16);
static uint32_t next_table, root_entries[16], nr_root_entries;

const void *arch_firmware_map(paddr_t address, uint64_t bytes)
{
	return address.a + bytes <= MEMORY_BYTES ? memory + address.a : NULL;
}

static void checksum_set(uint32_t at, uint32_t bytes, uint32_t where)
{
	uint8_t sum = 0;

	memory[at + where] = 0;
	for (uint32_t i = 0; i < bytes; i++)
		sum = (uint8_t)(sum + memory[at + i]);
	memory[at + where] = (uint8_t)-sum;
}

static uint32_t table_put(const char *signature, uint8_t revision, const void *body, uint32_t bytes)
{
	struct acpi_header header = {.bytes = bytes + 36, .revision = revision};
	uint32_t at = next_table;

	memcpy(header.signature, signature, 4);
	memcpy(memory + at, &header, sizeof(header));
	memcpy(memory + at + 36, body, bytes);
	checksum_set(at, bytes + 36, 9);
	next_table += (uint32_t)ROUND_UP(bytes + 36, 16);
	return at;
}

static uint32_t table_add(const char *signature, uint8_t revision, const void *body, uint32_t bytes)
{
	return root_entries[nr_root_entries++] = table_put(signature, revision, body, bytes);
}

static void root_finish(void)
{
	uint32_t rsdt = table_put("RSDT", 1, root_entries, nr_root_entries * 4);

	memcpy(memory + 0x1000, "RSD PTR ", 8);
	memcpy(memory + 0x1010, &rsdt, 4);
	checksum_set(0x1000, 20, 8);
	boot_information.acpi_root = paddr_from(0x1000);
}

static int start(void **state)
{
	fake_machine_start();
	memset(memory, 0, sizeof(memory));
	memset(&acpi_information, 0, sizeof(acpi_information));
	memset(&boot_information, 0, sizeof(boot_information));
	next_table = 0x2000;
	nr_root_entries = 0;
	return 0;
}

static void no_tables_leave_one_processor(void **state)
{
	acpi_init(BOOT_APIC);
	assert_int_equal(acpi_information.rsdp.a, 0);
	assert_int_equal(acpi_information.nr_processors, 1);
	assert_int_equal(acpi_information.processors[0].apic_id, BOOT_APIC);
	assert_int_equal(acpi_information.nr_ioapics, 0);
	assert_true(acpi_information.has_pic);
}

static void the_boot_cpu_is_processor_0(void **state)
{
	static const uint8_t madt[] = {
		0,  0,	0xe0, 0xfe,	 1,  0, 0,    0, /* local APIC, PICs */
		0,  8,	0,    1,	 1,  0, 0,    0, /* enabled */
		0,  8,	1,    2,	 0,  0, 0,    0, /* disabled */
		0,  8,	2,    BOOT_APIC, 1,  0, 0,    0, /* the boot CPU */
		9,  16, 0,    0,	 1,  0, 0,    0,    1,	 0, 0, 0,
		7,  0,	0,    0,					  /* APIC 1 again */
		1,  12, 5,    0,	 0,  0, 0xc0, 0xfe, 24,	 0, 0, 0, /* IOAPIC */
		2,  10, 0,    0,	 2,  0, 0,    0,    0,	 0,	  /* ISA 0 is GSI 2 */
		2,  10, 0,    9,	 20, 0, 0,    0,    0xf, 0, /* ISA 9: GSI 20, low, level */
		4,  6,	0xff, 5,	 0,  1,			    /* NMI at LINT1 of all */
		99, 4,	1,    2,
	};

	table_add("APIC", 1, madt, sizeof(madt));
	root_finish();
	acpi_init(BOOT_APIC);
	assert_int_equal(acpi_information.nr_processors, 2);
	assert_int_equal(acpi_information.processors[0].apic_id, BOOT_APIC);
	assert_int_equal(acpi_information.processors[0].acpi_id, 2);
	assert_int_equal(acpi_information.processors[1].apic_id, 1);
	assert_int_equal(acpi_information.processors[1].acpi_id, 7);
	assert_int_equal(acpi_information.nr_processors_ignored, 1);
	assert_int_equal(acpi_information.nr_ioapics, 1);
	assert_int_equal(acpi_information.ioapics[0].gsi_base, 24);
	assert_int_equal(acpi_information.isa_irqs[0].gsi, 2);
	assert_int_equal(acpi_information.isa_irqs[9].gsi, 20);
	assert_true(acpi_information.isa_irqs[9].is_level);
	assert_true(acpi_information.isa_irqs[9].is_active_low);
	assert_int_equal(acpi_information.nmis[0].acpi_id, UINT32_MAX);
	assert_int_equal(acpi_information.nmis[0].pin, 1);
}

static void a_row_that_overruns_the_table_ends_it(void **state)
{
	static const uint8_t madt[] = {0, 0, 0xe0, 0xfe, 0, 0, 0, 0,   0, 8,
				       0, 1, 1,	   0,	 0, 0, 1, 200, 0, 0};

	table_add("APIC", 1, madt, sizeof(madt));
	root_finish();
	acpi_init(BOOT_APIC);
	assert_int_equal(acpi_information.nr_processors, 2);
	assert_int_equal(acpi_information.nr_ioapics, 0);
	assert_non_null(strstr(fake_console_text, "broken"));
}

static void a_wrong_checksum_loses_the_table(void **state)
{
	static const uint8_t madt[8] = {0};
	uint32_t at = table_add("APIC", 1, madt, sizeof(madt));

	memory[at + 40]++;
	root_finish();
	acpi_init(BOOT_APIC);
	assert_null(acpi_find_table("APIC", 0));
	assert_non_null(strstr(fake_console_text, "checksum"));
}

static void fadt_gives_registers_and_sleep_types(void **state)
{
	static const uint8_t aml[] = {0,    0x08, '_',	0x53, '5', '_', 0x12, 0x08,
				      0x04, 0x0a, 0x05, 0x01, 0,   0,	0,    0};
	static uint8_t fadt[244 - 36];
	uint32_t dsdt;

	table_put("XXXX", 1, "", 0);
	dsdt = table_put("DSDT", 1, aml, sizeof(aml));
	memcpy(fadt + 40 - 36, &dsdt, 4);
	fadt[46 - 36] = 9;
	memcpy(fadt + 64 - 36, &(uint32_t){0x604}, 4);
	memcpy(fadt + 76 - 36, &(uint32_t){0x608}, 4);
	fadt[91 - 36] = 4;
	memcpy(fadt + 112 - 36, &(uint32_t){1 << 8 | 1 << 10}, 4);
	fadt[116 - 36] = ACPI_SPACE_IO;
	memcpy(fadt + 120 - 36, &(uint64_t){0xcf9}, 8);
	fadt[128 - 36] = 0xf;
	table_add("FACP", 3, fadt, sizeof(fadt));
	root_finish();
	acpi_init(BOOT_APIC);
	assert_int_equal(acpi_information.pm_timer.address, 0x608);
	assert_true(acpi_information.pm_timer_is_32bit);
	assert_int_equal(acpi_information.pm1a_control.address, 0x604);
	assert_int_equal(acpi_information.pm1b_control.address, 0);
	assert_int_equal(acpi_information.reset.address, 0xcf9);
	assert_int_equal(acpi_information.reset_value, 0xf);
	assert_int_equal(acpi_information.s5_type_a, 5);
	assert_int_equal(acpi_information.s5_type_b, 1);
	assert_false(acpi_information.has_keyboard_controller);
}

static void srat_numbers_nodes_densely(void **state)
{
	static uint8_t srat[12 + 40 + 40];

	for (unsigned int i = 0; i < 2; i++) {
		uint8_t *row = srat + 12 + 40 * i;

		row[0] = 1;
		row[1] = 40;
		row[2] = (uint8_t)(7 - i);
		row[8 + 3] = (uint8_t)(i * 2);
		row[16 + 3] = 2;
		row[28] = 1;
	}
	table_add("SRAT", 3, srat, sizeof(srat));
	root_finish();
	acpi_init(BOOT_APIC);
	assert_int_equal(acpi_information.nr_nodes, 2);
	assert_int_equal(acpi_information.nr_memory_ranges, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(acpi_information.memory_ranges[i].node, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_tables_leave_one_processor, start),
		cmocka_unit_test_setup(the_boot_cpu_is_processor_0, start),
		cmocka_unit_test_setup(a_row_that_overruns_the_table_ends_it, start),
		cmocka_unit_test_setup(a_wrong_checksum_loses_the_table, start),
		cmocka_unit_test_setup(fadt_gives_registers_and_sleep_types, start),
		cmocka_unit_test_setup(srat_numbers_nodes_densely, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
