/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What single ACPI tables say. Tables come with a right checksum, but nothing
 * in them is trusted further: rows are checked against the table's length,
 * counts against our arrays. Layouts: ACPI 6.4, chapter 5; HPET 1.0a, 3.2.4;
 * PCI Firmware 3.2, 4.1.2.
 */
#include "hv/acpi.h"
#include "hv/printk.h"
#include "hv/string.h"

#define MADT_HAS_PIC 1u
#define PROCESSOR_ENABLED 1u
#define FADT_TIMER_32BIT (1u << 8)
#define FADT_RESET_SUPPORTED (1u << 10)
#define FADT_KEYBOARD_CONTROLLER (1u << 1)
#define FADT_NO_VGA (1u << 2)
#define FADT_NO_RTC (1u << 5)
#define SRAT_ENABLED 1u
#define MAX_NODES 64

struct gas {
	uint8_t space, bits, offset, access;
	uint64_t address;
} packed_struct;

struct row {
	uint8_t type, bytes;
} packed_struct;

struct madt {
	struct acpi_header header;
	uint32_t local_apic, flags;
} packed_struct;

struct madt_local_apic {
	struct row row;
	uint8_t acpi_id, apic_id;
	uint32_t flags;
} packed_struct;

struct madt_ioapic {
	struct row row;
	uint8_t id, reserved;
	uint32_t address, gsi_base;
} packed_struct;

struct madt_override {
	struct row row;
	uint8_t bus, source;
	uint32_t gsi;
	uint16_t flags;
} packed_struct;

struct madt_nmi_source {
	struct row row;
	uint16_t flags;
	uint32_t gsi;
} packed_struct;

struct madt_local_nmi {
	struct row row;
	uint8_t acpi_id;
	uint16_t flags;
	uint8_t pin;
} packed_struct;

struct madt_address {
	struct row row;
	uint16_t reserved;
	uint64_t address;
} packed_struct;

struct madt_x2apic {
	struct row row;
	uint16_t reserved;
	uint32_t apic_id, flags, acpi_id;
} packed_struct;

struct madt_x2apic_nmi {
	struct row row;
	uint16_t flags;
	uint32_t acpi_id;
	uint8_t pin, reserved[3];
} packed_struct;

struct fadt {
	struct acpi_header header;
	uint32_t facs, dsdt;
	uint8_t reserved0, profile;
	uint16_t sci;
	uint32_t smi_command;
	uint8_t acpi_enable, acpi_disable, s4bios, pstate;
	uint32_t pm1a_event, pm1b_event, pm1a_control, pm1b_control, pm2_control, pm_timer;
	uint32_t gpe0, gpe1;
	uint8_t pm1_event_bytes, pm1_control_bytes, pm2_control_bytes, pm_timer_bytes;
	uint8_t gpe0_bytes, gpe1_bytes, gpe1_base, cstate;
	uint16_t c2_latency, c3_latency, flush_size, flush_stride;
	uint8_t duty_offset, duty_width, day_alarm, month_alarm, century;
	uint16_t boot_flags;
	uint8_t reserved1;
	uint32_t flags;
	struct gas reset;
	uint8_t reset_value;
	uint16_t arm_flags;
	uint8_t minor;
	uint64_t x_facs, x_dsdt;
	struct gas x_pm1a_event, x_pm1b_event, x_pm1a_control, x_pm1b_control, x_pm2_control;
	struct gas x_pm_timer;
} packed_struct;

_Static_assert(offsetof(struct fadt, boot_flags) == 109, "FADT");
_Static_assert(offsetof(struct fadt, reset) == 116, "FADT");
_Static_assert(offsetof(struct fadt, x_pm_timer) == 208, "FADT");

struct hpet {
	struct acpi_header header;
	uint32_t id;
	struct gas address;
	uint8_t number;
	uint16_t minimum_tick;
} packed_struct;

struct mcfg_row {
	uint64_t base;
	uint16_t segment;
	uint8_t first_bus, last_bus;
	uint32_t reserved;
} packed_struct;

#define MCFG_ROWS 44
#define SRAT_ROWS 48

struct srat_processor {
	struct row row;
	uint8_t domain_low, apic_id;
	uint32_t flags;
	uint8_t eid, domain_high[3];
	uint32_t clock_domain;
} packed_struct;

struct srat_memory {
	struct row row;
	uint32_t domain;
	uint16_t reserved0;
	uint64_t start, bytes;
	uint32_t reserved1, flags;
	uint64_t reserved2;
} packed_struct;

struct srat_x2apic {
	struct row row;
	uint16_t reserved0;
	uint32_t domain, apic_id, flags, clock_domain, reserved1;
} packed_struct;

_Static_assert(sizeof(struct srat_memory) == 40, "SRAT");

typedef void row_reader(const void *row);

struct row_type {
	uint8_t bytes;
	row_reader *read;
};

/* Walks type-length rows; those shorter than their type needs end the walk with a warning. */
static void rows_read(const struct acpi_header *table, size_t first, const struct row_type *types,
		      size_t nr_types)
{
	const char *rows = (const char *)table;
	size_t at = first;

	while (at + sizeof(struct row) <= table->bytes) {
		const struct row *row = (const void *)(rows + at);
		const struct row_type *type = row->type < nr_types ? &types[row->type] : NULL;

		if (row->bytes < sizeof(*row) || at + row->bytes > table->bytes ||
		    (type && row->bytes < type->bytes)) {
			printk(LOG_WARNING, "ACPI: %.4s is broken at byte %zu; the rest is ignored",
			       table->signature, at);
			return;
		}
		if (type && type->read)
			type->read(row);
		at += row->bytes;
	}
}

/* MPS INTI flags; 0 is what the bus does, which the caller knows. */
static void inti_flags_read(uint16_t flags, bool *is_level, bool *is_active_low)
{
	if (flags & 3)
		*is_active_low = (flags & 3) == 3;
	if (flags & 0xc)
		*is_level = (flags & 0xc) == 0xc;
}

/* The boot CPU stands first already; firmware may name one CPU in both forms of row. */
static void processor_add(uint32_t apic_id, uint32_t acpi_id, uint32_t flags)
{
	struct acpi_information *info = &acpi_information;

	if (!(flags & PROCESSOR_ENABLED)) {
		info->nr_processors_ignored++;
		return;
	}
	for (uint32_t i = 0; i < info->nr_processors; i++) {
		if (info->processors[i].apic_id == apic_id) {
			info->processors[i].acpi_id = acpi_id;
			return;
		}
	}
	if (info->nr_processors == NR_CPUS) {
		info->nr_processors_ignored++;
		return;
	}
	info->processors[info->nr_processors++] = (struct acpi_processor){apic_id, acpi_id, 0};
}

static void madt_read_local_apic(const void *p)
{
	const struct madt_local_apic *row = p;

	processor_add(row->apic_id, row->acpi_id, row->flags);
}

static void madt_read_x2apic(const void *p)
{
	const struct madt_x2apic *row = p;

	processor_add(row->apic_id, row->acpi_id, row->flags);
}

static void madt_read_ioapic(const void *p)
{
	const struct madt_ioapic *row = p;

	if (acpi_information.nr_ioapics == ACPI_MAX_IOAPICS) {
		printk(LOG_WARNING, "ACPI: IOAPIC %u is one too many and ignored", row->id);
		return;
	}
	acpi_information.ioapics[acpi_information.nr_ioapics++] =
		(struct acpi_ioapic){row->id, row->gsi_base, paddr_from(row->address)};
}

static void madt_read_override(const void *p)
{
	const struct madt_override *row = p;
	struct acpi_isa_irq *irq;

	if (row->source >= ACPI_ISA_IRQS)
		return;
	irq = &acpi_information.isa_irqs[row->source];
	irq->gsi = row->gsi;
	irq->is_overridden = true;
	inti_flags_read(row->flags, &irq->is_level, &irq->is_active_low);
}

static void nmi_add(struct acpi_nmi nmi, uint16_t flags)
{
	inti_flags_read(flags, &nmi.is_level, &nmi.is_active_low);
	if (acpi_information.nr_nmis < ACPI_MAX_NMIS)
		acpi_information.nmis[acpi_information.nr_nmis++] = nmi;
}

static void madt_read_nmi_source(const void *p)
{
	const struct madt_nmi_source *row = p;

	nmi_add((struct acpi_nmi){.pin = row->gsi}, row->flags);
}

static void madt_read_local_nmi(const void *p)
{
	const struct madt_local_nmi *row = p;
	uint32_t acpi_id = row->acpi_id == 0xff ? UINT32_MAX : row->acpi_id;

	nmi_add((struct acpi_nmi){.is_local = true, .acpi_id = acpi_id, .pin = row->pin},
		row->flags);
}

static void madt_read_x2apic_nmi(const void *p)
{
	const struct madt_x2apic_nmi *row = p;

	nmi_add((struct acpi_nmi){.is_local = true, .acpi_id = row->acpi_id, .pin = row->pin},
		row->flags);
}

static void madt_read_address(const void *p)
{
	acpi_information.local_apic_address = paddr_from(((const struct madt_address *)p)->address);
}

static const struct row_type madt_rows[] = {
	[0] = {sizeof(struct madt_local_apic), madt_read_local_apic},
	[1] = {sizeof(struct madt_ioapic), madt_read_ioapic},
	[2] = {sizeof(struct madt_override), madt_read_override},
	[3] = {sizeof(struct madt_nmi_source), madt_read_nmi_source},
	[4] = {sizeof(struct madt_local_nmi), madt_read_local_nmi},
	[5] = {sizeof(struct madt_address), madt_read_address},
	[9] = {sizeof(struct madt_x2apic), madt_read_x2apic},
	[10] = {sizeof(struct madt_x2apic_nmi), madt_read_x2apic_nmi},
};

void acpi_read_madt(const struct acpi_header *table, uint32_t boot_apic_id)
{
	const struct madt *madt = (const void *)table;
	struct acpi_information *info = &acpi_information;
	struct acpi_isa_irq *sci;

	if (table->bytes < sizeof(*madt)) {
		printk(LOG_WARNING, "ACPI: the MADT is too short; one processor is assumed");
		return;
	}
	info->processors[0].apic_id = boot_apic_id;
	info->local_apic_address = paddr_from(madt->local_apic);
	info->has_pic = madt->flags & MADT_HAS_PIC;
	/* The SCI's own bus default: shareable, level, active low. */
	if (info->sci_irq < ACPI_ISA_IRQS) {
		sci = &info->isa_irqs[info->sci_irq];
		sci->is_level = sci->is_active_low = true;
	}
	rows_read(table, sizeof(*madt), madt_rows, ARRAY_SIZE(madt_rows));
}

/* The wide form wins where the table is long enough and has one. */
static struct acpi_register register_read(const struct fadt *fadt, const struct gas *wide,
					  uint32_t port, uint8_t port_bytes)
{
	struct acpi_register reg = {ACPI_SPACE_IO, (uint8_t)(port_bytes * 8), port};
	size_t end = (size_t)((const char *)(wide + 1) - (const char *)fadt);

	if (end <= fadt->header.bytes && wide->address)
		reg = (struct acpi_register){wide->space, wide->bits, wide->address};
	return reg;
}

static void fadt_read_registers(const struct fadt *fadt)
{
	struct acpi_information *info = &acpi_information;

	info->pm_timer = register_read(fadt, &fadt->x_pm_timer, fadt->pm_timer,
				       fadt->pm_timer_bytes);
	info->pm_timer_is_32bit = fadt->flags & FADT_TIMER_32BIT;
	info->pm1a_event = register_read(fadt, &fadt->x_pm1a_event, fadt->pm1a_event,
					 fadt->pm1_event_bytes);
	info->pm1b_event = register_read(fadt, &fadt->x_pm1b_event, fadt->pm1b_event,
					 fadt->pm1_event_bytes);
	info->pm1a_control = register_read(fadt, &fadt->x_pm1a_control, fadt->pm1a_control,
					   fadt->pm1_control_bytes);
	info->pm1b_control = register_read(fadt, &fadt->x_pm1b_control, fadt->pm1b_control,
					   fadt->pm1_control_bytes);
}

static void fadt_read_reset(const struct fadt *fadt)
{
	if (fadt->header.bytes < offsetof(struct fadt, arm_flags) ||
	    !(fadt->flags & FADT_RESET_SUPPORTED))
		return;
	acpi_information.reset = (struct acpi_register){fadt->reset.space, fadt->reset.bits,
							fadt->reset.address};
	acpi_information.reset_value = fadt->reset_value;
}

static void fadt_read_tables(const struct fadt *fadt)
{
	struct acpi_information *info = &acpi_information;
	bool is_wide = fadt->header.bytes >= offsetof(struct fadt, x_pm1a_event);
	const struct acpi_header *dsdt;

	info->facs = paddr_from(is_wide && fadt->x_facs ? fadt->x_facs : fadt->facs);
	info->dsdt = paddr_from(is_wide && fadt->x_dsdt ? fadt->x_dsdt : fadt->dsdt);
	dsdt = info->dsdt.a ? acpi_map_table(info->dsdt) : NULL;
	if (dsdt)
		acpi_read_sleep_types(dsdt);
}

void acpi_read_fadt(const struct acpi_header *table)
{
	const struct fadt *fadt = (const void *)table;
	struct acpi_information *info = &acpi_information;

	if (table->bytes < offsetof(struct fadt, reset)) {
		printk(LOG_WARNING, "ACPI: the FADT is too short and ignored");
		return;
	}
	info->has_fadt = true;
	info->sci_irq = fadt->sci;
	/* Before revision 3 these bits had no meaning. */
	if (table->revision >= 3) {
		info->has_keyboard_controller = fadt->boot_flags & FADT_KEYBOARD_CONTROLLER;
		info->has_vga = !(fadt->boot_flags & FADT_NO_VGA);
		info->has_rtc = !(fadt->boot_flags & FADT_NO_RTC);
	}
	fadt_read_registers(fadt);
	fadt_read_reset(fadt);
	fadt_read_tables(fadt);
}

/* A small integer constant of AML; what else stands there leaves the type unknown. */
static size_t aml_read_byte(const uint8_t *aml, size_t bytes, uint8_t *value)
{
	if (bytes >= 2 && aml[0] == 0x0a) {
		*value = aml[1];
		return 2;
	}
	if (bytes >= 1 && aml[0] <= 1) {
		*value = aml[0];
		return 1;
	}
	return 0;
}

void acpi_read_sleep_types(const struct acpi_header *dsdt)
{
	const uint8_t *aml = (const uint8_t *)dsdt, *end = aml + dsdt->bytes;
	size_t used;

	for (aml += sizeof(*dsdt) + 1; aml + 8 < end; aml++) {
		const uint8_t *at = aml + 4;

		/* Name op or root character before, package op behind. */
		if (memcmp(aml, "_S5_", 4) || (aml[-1] != 0x08 && aml[-1] != '\\') || *at != 0x12)
			continue;
		at += 2 + (at[1] >> 6); /* package op, its length */
		at++;			/* number of elements */
		if (at >= end)
			return;
		used = aml_read_byte(at, (size_t)(end - at), &acpi_information.s5_type_a);
		if (used)
			(void)aml_read_byte(at + used, (size_t)(end - at) - used,
					    &acpi_information.s5_type_b);
		return;
	}
}

void acpi_read_hpet(const struct acpi_header *table)
{
	const struct hpet *hpet = (const void *)table;

	if (table->bytes < sizeof(*hpet) || hpet->address.space != ACPI_SPACE_MEMORY) {
		printk(LOG_WARNING, "ACPI: the HPET table can't be used");
		return;
	}
	acpi_information.hpet = paddr_from(hpet->address.address);
	acpi_information.hpet_id = hpet->number;
	acpi_information.hpet_minimum_tick = hpet->minimum_tick;
}

void acpi_read_mcfg(const struct acpi_header *table)
{
	const char *rows = (const char *)table;

	for (size_t at = MCFG_ROWS; at + sizeof(struct mcfg_row) <= table->bytes;
	     at += sizeof(struct mcfg_row)) {
		const struct mcfg_row *row = (const void *)(rows + at);

		if (row->last_bus < row->first_bus || acpi_information.nr_mcfg == ACPI_MAX_MCFG) {
			printk(LOG_WARNING, "ACPI: MCFG row of segment %u is ignored",
			       row->segment);
			continue;
		}
		acpi_information.mcfg[acpi_information.nr_mcfg++] = (struct acpi_mcfg_range){
			paddr_from(row->base), row->segment, row->first_bus, row->last_bus};
	}
}

static uint32_t proximity_domains[MAX_NODES];
static uint32_t nr_proximity_domains;

/* Dense numbers in order of appearance; too many domains share the last node. */
static uint32_t node_of_domain(uint32_t domain)
{
	for (uint32_t i = 0; i < nr_proximity_domains; i++)
		if (proximity_domains[i] == domain)
			return i;
	if (nr_proximity_domains == MAX_NODES)
		return MAX_NODES - 1;
	proximity_domains[nr_proximity_domains] = domain;
	return nr_proximity_domains++;
}

static void processor_set_node(uint32_t apic_id, uint32_t domain)
{
	for (uint32_t i = 0; i < acpi_information.nr_processors; i++)
		if (acpi_information.processors[i].apic_id == apic_id)
			acpi_information.processors[i].node = node_of_domain(domain);
}

static void srat_read_processor(const void *p)
{
	const struct srat_processor *row = p;
	uint32_t domain = row->domain_low | (uint32_t)row->domain_high[0] << 8 |
			  (uint32_t)row->domain_high[1] << 16 | (uint32_t)row->domain_high[2] << 24;

	if (row->flags & SRAT_ENABLED)
		processor_set_node(row->apic_id, domain);
}

static void srat_read_x2apic(const void *p)
{
	const struct srat_x2apic *row = p;

	if (row->flags & SRAT_ENABLED)
		processor_set_node(row->apic_id, row->domain);
}

static void srat_read_memory(const void *p)
{
	const struct srat_memory *row = p;

	if (!(row->flags & SRAT_ENABLED) || !row->bytes || row->start + row->bytes < row->start)
		return;
	if (acpi_information.nr_memory_ranges == ACPI_MAX_MEMORY_RANGES) {
		printk(LOG_WARNING, "ACPI: SRAT has too many memory ranges; %#lx counts as node 0",
		       row->start);
		return;
	}
	acpi_information.memory_ranges[acpi_information.nr_memory_ranges++] =
		(struct acpi_memory_range){row->start, row->bytes, node_of_domain(row->domain)};
}

static const struct row_type srat_rows[] = {
	[0] = {sizeof(struct srat_processor), srat_read_processor},
	[1] = {sizeof(struct srat_memory), srat_read_memory},
	[2] = {sizeof(struct srat_x2apic), srat_read_x2apic},
};

void acpi_read_srat(const struct acpi_header *table)
{
	nr_proximity_domains = 0;
	rows_read(table, SRAT_ROWS, srat_rows, ARRAY_SIZE(srat_rows));
	acpi_information.nr_nodes = MAX(nr_proximity_domains, 1u);
}

#define SLIT_COUNT 36
#define SLIT_ROWS 44
#define DISTANCE_LOCAL 10
#define DISTANCE_REMOTE 20
#define DISTANCE_UNREACHABLE 0xff

static const struct acpi_header *slit;
static uint64_t slit_nr_domains;

void acpi_read_slit(const struct acpi_header *table)
{
	uint64_t nr = 0;

	if (table->bytes >= SLIT_ROWS)
		memcpy(&nr, (const char *)table + SLIT_COUNT, sizeof(nr));
	if (!nr || nr > UINT16_MAX || nr * nr > table->bytes - SLIT_ROWS) {
		printk(LOG_WARNING, "ACPI: the SLIT table can't be used");
		return;
	}
	slit = table;
	slit_nr_domains = nr;
}

uint32_t acpi_node_distance(uint32_t from, uint32_t to)
{
	uint64_t row, column;
	uint8_t distance;

	if (slit && from < nr_proximity_domains && to < nr_proximity_domains) {
		row = proximity_domains[from];
		column = proximity_domains[to];
		if (row < slit_nr_domains && column < slit_nr_domains) {
			distance =
				((const uint8_t *)slit)[SLIT_ROWS + row * slit_nr_domains + column];
			return distance == DISTANCE_UNREACHABLE ? UINT32_MAX : distance;
		}
	}
	return from == to ? DISTANCE_LOCAL : DISTANCE_REMOTE;
}
