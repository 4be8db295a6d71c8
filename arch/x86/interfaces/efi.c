/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the hardware domain asks of the UEFI system table, which only the
 * hypervisor was told of: versions, vendor and where the configuration tables
 * are (ACPI's among them). UEFI 2.10, 4.3. Runtime services stay refused.
 */
#include "efi.h"

#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/page.h"
#include "hv/types.h"

#define SYSTEM_TABLE_SIGNATURE 0x5453595320494249ULL
#define VENDOR_BYTES_MAX 256

struct efi_header {
	uint64_t signature;
	uint32_t revision, bytes, checksum, reserved;
};

struct efi_system_table {
	struct efi_header header;
	uint64_t vendor;
	uint32_t firmware_revision, padding;
	uint64_t console[6];
	uint64_t runtime_services, boot_services;
	uint64_t nr_tables, tables;
};

_Static_assert(sizeof(struct efi_system_table) == 120, "UEFI 2.10, 4.3.1");

static const struct efi_system_table *system_table_map(void)
{
	const struct efi_system_table *table;

	if (!boot_information.is_efi || !boot_information.efi_system_table.a)
		return NULL;
	table = arch_firmware_map(boot_information.efi_system_table, sizeof(*table));
	return table && table->header.signature == SYSTEM_TABLE_SIGNATURE ? table : NULL;
}

/* The hardware domain can write to what the firmware keeps for itself, so where that points to may be its doing: nothing of RAM. */
static const void *pointer_map(uint64_t address, uint64_t bytes)
{
	for (uint64_t at = ROUND_DOWN(address, PAGE_SIZE); at < address + bytes; at += PAGE_SIZE) {
		mfn_t mfn = paddr_to_mfn(paddr_from(at));

		if (mfn_is_valid(mfn) && !(mfn_to_page(mfn)->count_info & PAGE_RESERVED))
			return NULL;
	}
	return arch_firmware_map(paddr_from(address), bytes);
}

/* UCS-2, closed by a zero; -ENOBUFS is not in the ABI: what doesn't fit is cut. */
static int64_t vendor_copy(const struct efi_system_table *table, union xen_xenpf_efi_info *info)
{
	const uint16_t *name = pointer_map(READ_ONCE(table->vendor), VENDOR_BYTES_MAX);
	uint32_t room = MIN(info->vendor.bufsz, (uint32_t)VENDOR_BYTES_MAX) / sizeof(*name);
	uint32_t n = 0;
	uint16_t end = 0;

	if (!name || !room)
		return -EINVAL;
	while (n < room - 1 && READ_ONCE(name[n]))
		n++;
	if (guest_copy_to(info->vendor.name, name, n * sizeof(*name)) ||
	    guest_copy_to(info->vendor.name + n * sizeof(*name), &end, sizeof(end)))
		return -EFAULT;
	info->vendor.revision = table->firmware_revision;
	return 0;
}

static int64_t runtime_version(const struct efi_system_table *table, uint32_t *version)
{
	const struct efi_header *services = pointer_map(READ_ONCE(table->runtime_services),
							sizeof(*services));

	if (!services)
		return -ENODEV;
	*version = services->revision;
	return 0;
}

int64_t efi_read_information(uint32_t index, union xen_xenpf_efi_info *info)
{
	const struct efi_system_table *table = system_table_map();

	if (!table)
		return -ENODEV;
	switch (index) {
	case XEN_FW_EFI_VERSION:
		info->version = table->header.revision;
		return 0;
	case XEN_FW_EFI_CONFIG_TABLE:
		info->cfg.addr = table->tables;
		info->cfg.nent = (uint32_t)table->nr_tables;
		return 0;
	case XEN_FW_EFI_VENDOR:
		return vendor_copy(table, info);
	case XEN_FW_EFI_RT_VERSION:
		return runtime_version(table, &info->version);
	default:
		return -EOPNOTSUPP;
	}
}
