/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the firmware's ACPI tables say about the machine. Read once on the boot
 * CPU by acpi_init(), after the direct map is up and before the heap is
 * needed; immutable afterwards. Nothing here interprets AML but the search for
 * the sleep types of _S5.
 * A missing or broken table is named in one warning and leaves its default:
 * no MADT: one processor, no IOAPIC, two PICs; no FADT: no PM timer, no reset
 * register; no HPET, MCFG, SRAT: none of these.
 */
#ifndef HV_ACPI_H
#define HV_ACPI_H

#include "hv/cpu.h"
#include "hv/types.h"

#define ACPI_MAX_IOAPICS 64
#define ACPI_ISA_IRQS 16
#define ACPI_MAX_NMIS 32
#define ACPI_MAX_MCFG 16
#define ACPI_MAX_MEMORY_RANGES 128

#define ACPI_SPACE_MEMORY 0
#define ACPI_SPACE_IO 1
#define ACPI_SPACE_PCI 2

#define ACPI_SLEEP_TYPE_UNKNOWN 0xff

/* A register of the machine; address 0: there is none. */
struct acpi_register {
	uint8_t space; /* ACPI_SPACE_* */
	uint8_t bits;
	uint64_t address;
};

/* Its index in processors[] is the CPU number: dense, the boot CPU is 0. */
struct acpi_processor {
	uint32_t apic_id;
	uint32_t acpi_id;
	uint32_t node; /* dense node number, not the proximity domain; 0 without SRAT */
};

struct acpi_ioapic {
	uint32_t id;
	uint32_t gsi_base;
	paddr_t address;
};

/* Where an ISA interrupt arrives; identity, edge, active high when the tables say nothing. */
struct acpi_isa_irq {
	uint32_t gsi;
	bool is_level;
	bool is_active_low;
	bool is_overridden; /* the tables had a row for it */
};

/* An NMI line: of local interrupt pin `pin` of the processor `acpi_id` (all: UINT32_MAX), or of a GSI. */
struct acpi_nmi {
	bool is_local;
	uint32_t acpi_id;
	uint32_t pin; /* LINT number, or GSI */
	bool is_level;
	bool is_active_low;
};

/* Memory-mapped PCI configuration space; base belongs to bus 0 even if first_bus isn't. */
struct acpi_mcfg_range {
	paddr_t base;
	uint16_t segment;
	uint8_t first_bus, last_bus;
};

struct acpi_memory_range {
	uint64_t start, bytes;
	uint32_t node;
};

struct acpi_information {
	paddr_t rsdp; /* 0: no ACPI at all */
	uint8_t revision;

	paddr_t local_apic_address;
	bool has_pic;				       /* two 8259s that must be masked */
	uint32_t nr_processors, nr_processors_ignored; /* usable; more than NR_CPUS or disabled */
	struct acpi_processor processors[NR_CPUS];
	uint32_t nr_ioapics;
	struct acpi_ioapic ioapics[ACPI_MAX_IOAPICS];
	struct acpi_isa_irq isa_irqs[ACPI_ISA_IRQS];
	uint32_t nr_nmis;
	struct acpi_nmi nmis[ACPI_MAX_NMIS];

	bool has_fadt;
	bool has_keyboard_controller, has_rtc, has_vga; /* true when the table doesn't deny it */
	uint32_t sci_irq;				/* ISA number or GSI */
	struct acpi_register pm_timer;
	bool pm_timer_is_32bit;
	struct acpi_register pm1a_event, pm1b_event, pm1a_control, pm1b_control;
	struct acpi_register reset; /* unset when the table doesn't allow its use */
	uint8_t reset_value;
	uint8_t s5_type_a, s5_type_b; /* SLP_TYP values of _S5, or ACPI_SLEEP_TYPE_UNKNOWN */
	paddr_t facs, dsdt;

	paddr_t hpet; /* 0: none */
	uint8_t hpet_id;
	uint16_t hpet_minimum_tick;

	uint32_t nr_mcfg;
	struct acpi_mcfg_range mcfg[ACPI_MAX_MCFG];

	uint32_t nr_nodes; /* at least 1 */
	uint32_t nr_memory_ranges;
	struct acpi_memory_range memory_ranges[ACPI_MAX_MEMORY_RANGES];
};

extern struct acpi_information acpi_information;

/* acpi_tables.c, for acpi.c: each fills its part of acpi_information from one verified table. */
struct acpi_header;
void acpi_read_madt(const struct acpi_header *table, uint32_t boot_apic_id);
void acpi_read_fadt(const struct acpi_header *table);
void acpi_read_hpet(const struct acpi_header *table);
void acpi_read_mcfg(const struct acpi_header *table);
void acpi_read_srat(const struct acpi_header *table);
void acpi_read_slit(const struct acpi_header *table);
void acpi_read_sleep_types(const struct acpi_header *dsdt);
/* The table at an address, mapped and its checksum verified; NULL with a warning. */
const struct acpi_header *must_check acpi_map_table(paddr_t address);

struct acpi_header {
	char signature[4];
	uint32_t bytes;
	uint8_t revision, checksum;
	char oem_id[6], oem_table_id[8];
	uint32_t oem_revision, creator_id, creator_revision;
} packed_struct;

_Static_assert(sizeof(struct acpi_header) == 36, "ACPI 6.4, 5.2.6");

/* Finds and reads the tables; warns and leaves defaults. boot_apic_id: the running CPU's. Boot CPU, direct map up. */
void acpi_init(uint32_t boot_apic_id);
/* The nth table of that signature, checksum verified, in the direct map; NULL when there is none. After acpi_init(). */
const struct acpi_header *must_check acpi_find_table(const char *signature, unsigned int instance);
/* Makes firmware's memory readable, whatever the memory map calls it: its address in the direct map, or NULL. From the processor side. */
const void *must_check arch_firmware_map(paddr_t address, uint64_t bytes);
/* How far memory of one node is for another's processors, as SLIT has it; 10 within a node, 20 without the table. */
uint32_t acpi_node_distance(uint32_t from, uint32_t to);

#endif
