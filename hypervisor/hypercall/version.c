/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xen_version: which ABI is spoken, by which build, with which features. */
#include "abi/version.h"

#include "abi/features.h"
#include "generated/version.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/hypercall.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/string.h"

#define ABI_MAJOR 4
#define ABI_MINOR 17
#define EXTRA_VERSION ".0-trestle"
#define CAPABILITIES "xen-3.0-x86_64"
#define BUILD_ID_BYTES 20
#define NOTE_HEADER_BYTES 16

/* The string, filled up with zeros to the field's size. */
static int64_t copy_text(uint64_t to, const char *text, size_t bytes)
{
	size_t length = strnlen(text, bytes - 1);

	if (guest_copy_to(to, text, length))
		return -EFAULT;
	return guest_clear(to + length, bytes - length);
}

static int64_t version_extra(uint64_t argument)
{
	static const char extra[XEN_EXTRAVERSION_LEN] = EXTRA_VERSION;

	return guest_copy_to_inline(argument, extra, sizeof(extra));
}

static int64_t version_compile_info(uint64_t argument)
{
	struct xen_compile_info info = {0};

	strlcpy((char *)info.compiler, VERSION_COMPILER, sizeof(info.compiler));
	strlcpy((char *)info.compile_by, "trestle", sizeof(info.compile_by));
	strlcpy((char *)info.compile_date, VERSION_COMPILE_DATE, sizeof(info.compile_date));
	return guest_copy_to(argument, &info, sizeof(info));
}

static int64_t version_capabilities(uint64_t argument)
{
	return copy_text(argument, CAPABILITIES, XEN_CAPABILITIES_INFO_LEN);
}

static int64_t version_changeset(uint64_t argument)
{
	return copy_text(argument, "trestle:" VERSION_STRING, XEN_CHANGESET_INFO_LEN);
}

static int64_t version_platform(uint64_t argument)
{
	struct xen_platform_parameters parameters = {.virt_start = HV_VIRT_START};

	return guest_copy_to(argument, &parameters, sizeof(parameters));
}

static int64_t version_features(uint64_t argument)
{
	struct xen_feature_info info;

	if (guest_copy_from(&info, argument, sizeof(info)))
		return -EFAULT;
	if (info.submap_idx >= XENFEAT_NR_SUBMAPS)
		return -EINVAL;
	info.submap = 1U << XENFEAT_mmu_pt_update_preserve_ad | 1U << XENFEAT_highmem_assist |
		      1U << XENFEAT_gnttab_map_avail_bits |
		      1U << XENFEAT_memory_op_vnode_supported | 1U << XENFEAT_pae_pgdir_above_4gb |
		      1U << XENFEAT_not_direct_mapped;
	if (current_vcpu()->domain->is_hardware)
		info.submap |= 1U << XENFEAT_dom0;
	return guest_copy_to(argument, &info, sizeof(info));
}

static int64_t version_guest_handle(uint64_t argument)
{
	const struct domain *d = current_vcpu()->domain;

	return guest_copy_to(argument, d->handle, sizeof(d->handle));
}

static int64_t version_command_line(uint64_t argument)
{
	return copy_text(argument, boot_command_line, XEN_COMMANDLINE_LEN);
}

/* With no buffer: the number of bytes there are. */
static int64_t version_build_id(uint64_t argument)
{
	uint32_t room;

	if (!argument)
		return BUILD_ID_BYTES;
	if (guest_copy_from(&room, argument, sizeof(room)))
		return -EFAULT;
	if (!room)
		return -EINVAL;
	if (room < BUILD_ID_BYTES)
		return -ENOBUFS;
	if (guest_copy_to(argument + sizeof(room), build_id_start + NOTE_HEADER_BYTES,
			  BUILD_ID_BYTES))
		return -EFAULT;
	return BUILD_ID_BYTES;
}

static const struct version_row {
	int64_t (*handler)(uint64_t argument);
	enum permission permission;
} version_rows[] = {
	[XENVER_extraversion] = {version_extra, ALLOW_ANY},
	[XENVER_compile_info] = {version_compile_info, ALLOW_ANY},
	[XENVER_capabilities] = {version_capabilities, ALLOW_ANY},
	[XENVER_changeset] = {version_changeset, ALLOW_ANY},
	[XENVER_platform_parameters] = {version_platform, ALLOW_ANY},
	[XENVER_get_features] = {version_features, ALLOW_ANY},
	[XENVER_guest_handle] = {version_guest_handle, ALLOW_ANY},
	[XENVER_commandline] = {version_command_line, ALLOW_CONTROL},
	[XENVER_build_id] = {version_build_id, ALLOW_ANY},
};

int64_t hypercall_xen_version(uint64_t command, uint64_t argument)
{
	const struct version_row *row;

	command = (uint32_t)command; /* the ABI's width */
	if (command == XENVER_version)
		return ABI_MAJOR << 16 | ABI_MINOR;
	if (command == XENVER_pagesize)
		return argument ? -EINVAL : (int64_t)PAGE_SIZE;
	if (unlikely(command >= ARRAY_SIZE(version_rows)) || !version_rows[command].handler)
		return -ENOSYS;
	row = &version_rows[command];
	if (row->permission != ALLOW_ANY && permission_check(row->permission))
		return -EPERM;
	return row->handler(argument);
}
