/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the firmware's tables: RSDP, then XSDT or RSDT, each checked by its
 * checksum. What single tables say is read in acpi_tables.c.
 */
#include "hv/acpi.h"
#include "hv/boot.h"
#include "hv/printk.h"
#include "hv/string.h"

#define MAX_TABLES 128
#define MAX_TABLE_BYTES MIB(16)
#define RSDP_BYTES_V1 20
#define EBDA_POINTER 0x40e
#define EBDA_SEARCH_BYTES 1024
#define BIOS_START 0xe0000
#define BIOS_BYTES 0x20000

struct acpi_rsdp {
	char signature[8];
	uint8_t checksum;
	char oem_id[6];
	uint8_t revision;
	uint32_t rsdt;
	uint32_t bytes;
	uint64_t xsdt;
	uint8_t extended_checksum, reserved[3];
} packed_struct;

_Static_assert(sizeof(struct acpi_rsdp) == 36, "ACPI 6.4, 5.2.5.3");

struct acpi_information acpi_information;

static const struct acpi_header *tables[MAX_TABLES];
static unsigned int nr_tables;

static bool sum_is_zero(const void *data, uint64_t bytes)
{
	const uint8_t *p = data;
	uint8_t sum = 0;

	while (bytes--)
		sum = (uint8_t)(sum + *p++);
	return !sum;
}

static bool rsdp_is_good(const struct acpi_rsdp *rsdp)
{
	if (memcmp(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature)) ||
	    !sum_is_zero(rsdp, RSDP_BYTES_V1))
		return false;
	return rsdp->revision < 2 || sum_is_zero(rsdp, sizeof(*rsdp));
}

static paddr_t rsdp_search(uint64_t start, uint64_t bytes)
{
	const char *memory = arch_firmware_map(paddr_from(start), bytes);

	for (uint64_t at = 0; memory && at + sizeof(struct acpi_rsdp) <= bytes; at += 16)
		if (rsdp_is_good((const struct acpi_rsdp *)(memory + at)))
			return paddr_from(start + at);
	return paddr_from(0);
}

static paddr_t rsdp_search_ebda(void)
{
	const uint8_t *segment = arch_firmware_map(paddr_from(EBDA_POINTER), 2);
	uint64_t start = segment ? (uint64_t)(segment[0] | segment[1] << 8) << 4 : 0;

	return start ? rsdp_search(start, EBDA_SEARCH_BYTES) : paddr_from(0);
}

static const struct acpi_rsdp *rsdp_find(void)
{
	paddr_t address = boot_information.acpi_root;
	const struct acpi_rsdp *rsdp;

	if (address.a) {
		rsdp = arch_firmware_map(address, sizeof(*rsdp));
		if (rsdp && rsdp_is_good(rsdp)) {
			acpi_information.rsdp = address;
			return rsdp;
		}
		printk(LOG_WARNING, "ACPI: the boot loader's root pointer is broken");
	}
	address = rsdp_search_ebda();
	if (!address.a)
		address = rsdp_search(BIOS_START, BIOS_BYTES);
	acpi_information.rsdp = address;
	return address.a ? arch_firmware_map(address, sizeof(*rsdp)) : NULL;
}

const struct acpi_header *acpi_map_table(paddr_t address)
{
	const struct acpi_header *table = arch_firmware_map(address, sizeof(*table));

	if (!table || table->bytes < sizeof(*table) || table->bytes > MAX_TABLE_BYTES) {
		printk(LOG_WARNING, "ACPI: no usable table at %#lx", address.a);
		return NULL;
	}
	table = arch_firmware_map(address, table->bytes);
	if (!table || !sum_is_zero(table, table->bytes)) {
		printk(LOG_WARNING, "ACPI: the checksum of a table at %#lx is wrong; it is ignored",
		       address.a);
		return NULL;
	}
	return table;
}

static void table_add(uint64_t address)
{
	const struct acpi_header *table = address ? acpi_map_table(paddr_from(address)) : NULL;

	if (!table)
		return;
	if (nr_tables == MAX_TABLES) {
		printk(LOG_WARNING, "ACPI: more than %u tables; the rest is ignored", MAX_TABLES);
		return;
	}
	tables[nr_tables++] = table;
}

/* Entries are not aligned: the header has 36 bytes. */
static void root_read(const struct acpi_header *root, size_t entry_bytes)
{
	const char *entries = (const char *)(root + 1);

	for (size_t at = 0; at + entry_bytes <= root->bytes - sizeof(*root); at += entry_bytes) {
		uint64_t address = 0;

		memcpy(&address, entries + at, entry_bytes);
		table_add(address);
	}
}

static const struct acpi_header *root_map(uint64_t address, const char *signature)
{
	const struct acpi_header *root = address ? acpi_map_table(paddr_from(address)) : NULL;

	return root && !memcmp(root->signature, signature, 4) ? root : NULL;
}

static void tables_find(const struct acpi_rsdp *rsdp)
{
	const struct acpi_header *root = NULL;

	acpi_information.revision = rsdp->revision;
	if (rsdp->revision >= 2)
		root = root_map(rsdp->xsdt, "XSDT");
	if (root) {
		root_read(root, 8);
		return;
	}
	root = root_map(rsdp->rsdt, "RSDT");
	if (root)
		root_read(root, 4);
	else
		printk(LOG_WARNING, "ACPI: no usable root table; nothing is known from ACPI");
}

const struct acpi_header *acpi_find_table(const char *signature, unsigned int instance)
{
	for (unsigned int i = 0; i < nr_tables; i++)
		if (!memcmp(tables[i]->signature, signature, 4) && !instance--)
			return tables[i];
	return NULL;
}

static void defaults_set(uint32_t boot_apic_id)
{
	struct acpi_information *info = &acpi_information;

	nr_tables = 0;
	info->local_apic_address = paddr_from(0xfee00000);
	info->has_pic = info->has_keyboard_controller = info->has_rtc = info->has_vga = true;
	info->nr_processors = info->nr_nodes = 1;
	info->processors[0].apic_id = boot_apic_id;
	info->sci_irq = 9;
	info->s5_type_a = info->s5_type_b = ACPI_SLEEP_TYPE_UNKNOWN;
	for (unsigned int i = 0; i < ACPI_ISA_IRQS; i++)
		info->isa_irqs[i].gsi = i;
}

static void summary_print(void)
{
	const struct acpi_information *info = &acpi_information;

	printk(LOG_INFO, "ACPI: revision %u, %u tables, %u processors, %u IOAPICs, %u nodes",
	       info->revision, nr_tables, info->nr_processors, info->nr_ioapics, info->nr_nodes);
	if (info->nr_processors_ignored)
		printk(LOG_INFO, "ACPI: %u more processors are disabled or too many",
		       info->nr_processors_ignored);
}

void acpi_init(uint32_t boot_apic_id)
{
	const struct acpi_rsdp *rsdp;
	const struct acpi_header *table;

	defaults_set(boot_apic_id);
	rsdp = rsdp_find();
	if (!rsdp) {
		printk(LOG_WARNING,
		       "ACPI: no root pointer found; one processor and no IOAPIC are assumed");
		return;
	}
	tables_find(rsdp);
	table = acpi_find_table("FACP", 0);
	if (table)
		acpi_read_fadt(table);
	table = acpi_find_table("APIC", 0);
	if (table)
		acpi_read_madt(table, boot_apic_id);
	else
		printk(LOG_WARNING, "ACPI: no MADT; one processor and no IOAPIC are assumed");
	table = acpi_find_table("HPET", 0);
	if (table)
		acpi_read_hpet(table);
	table = acpi_find_table("MCFG", 0);
	if (table)
		acpi_read_mcfg(table);
	table = acpi_find_table("SRAT", 0);
	if (table)
		acpi_read_srat(table);
	table = acpi_find_table("SLIT", 0);
	if (table)
		acpi_read_slit(table);
	summary_print();
}
