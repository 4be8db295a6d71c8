/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * platform_op: what the hardware domain, which runs the firmware's tables and
 * drivers, tells and asks of the machine: time of day, sleep states, CPUs.
 */
#include "abi/platform.h"

#include "asm/cpu_features.h"
#include "asm/image.h"
#include "asm/processor.h"
#include "asm/symbols.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/hotplug.h"
#include "hv/hypercall.h"
#include "hv/printk.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "hv/time.h"
#include "efi.h"

#define SLEEP_STATE_S5 5
#define PM1_SLEEP_ENABLE (1U << 13)
#define NR_ROWS (XENPF_get_symbol + 1)

static void wallclocks_update(void)
{
	struct domain *d = domain_get_from(0);

	while (d) {
		domid_t next = (domid_t)(d->id + 1);

		arch_time_update_wallclock(d);
		domain_put(d);
		d = domain_get_from(next);
	}
}

static int64_t platform_set_time(uint64_t seconds, uint32_t ns, uint64_t system_time_ns)
{
	if (ns >= NS_PER_SECOND)
		return -EINVAL;
	time_set_wallclock(seconds, ns, system_time_ns);
	wallclocks_update();
	return 0;
}

static int64_t platform_settime32(struct xen_platform_op *op)
{
	return platform_set_time(op->u.settime32.secs, op->u.settime32.nsecs,
				 op->u.settime32.system_time);
}

static int64_t platform_settime64(struct xen_platform_op *op)
{
	if (op->u.settime64.mbz)
		return -EINVAL;
	return platform_set_time(op->u.settime64.secs, op->u.settime64.nsecs,
				 op->u.settime64.system_time);
}

/* The last write of a power-off: dom0 ran the firmware's methods and gives the values. */
static int64_t platform_acpi_sleep(struct xen_platform_op *op)
{
	const struct xen_xenpf_enter_acpi_sleep *sleep = &op->u.enter_acpi_sleep;
	const struct acpi_information *acpi = &acpi_information;

	if (sleep->sleep_state != SLEEP_STATE_S5)
		return -EOPNOTSUPP;
	if ((sleep->flags & XENPF_ACPI_SLEEP_EXTENDED) || !acpi->pm1a_control.address ||
	    acpi->pm1a_control.space != ACPI_SPACE_IO)
		return -EOPNOTSUPP;
	printk(LOG_INFO, "dom0 powers the machine off (ACPI S5)\n");
	interrupts_off();
	arch_stop_other_cpus();
	/* From here on nobody drains the line's buffer. */
	console_force_unlock();
	port_write16((uint16_t)acpi->pm1a_control.address,
		     (uint16_t)(sleep->val_a | PM1_SLEEP_ENABLE));
	if (acpi->pm1b_control.address)
		port_write16((uint16_t)acpi->pm1b_control.address,
			     (uint16_t)(sleep->val_b | PM1_SLEEP_ENABLE));
	time_delay_us(2 * NS_PER_SECOND / NS_PER_US);
	printk(LOG_ERROR, "ACPI S5 didn't take effect: halted\n");
	arch_machine_halt();
}

static int64_t platform_cpu_information(struct xen_platform_op *op)
{
	struct xen_xenpf_pcpuinfo *info = &op->u.pcpu_info;

	info->max_present = nr_cpus - 1;
	info->flags = XEN_PCPU_FLAGS_INVALID;
	if (info->xen_cpuid >= nr_cpus)
		return 0;
	info->apic_id = acpi_information.processors[info->xen_cpuid].apic_id;
	info->acpi_id = acpi_information.processors[info->xen_cpuid].acpi_id;
	info->flags = cpu_is_online(info->xen_cpuid) ? XEN_PCPU_FLAGS_ONLINE : 0;
	return 0;
}

static int64_t platform_cpu_version(struct xen_platform_op *op)
{
	struct xen_xenpf_pcpu_version *version = &op->u.pcpu_version;

	version->max_present = nr_cpus - 1;
	if (!cpu_is_online(version->xen_cpuid)) {
		memset(version->vendor_id, 0, sizeof(version->vendor_id));
		version->family = version->model = version->stepping = 0;
		return 0;
	}
	memcpy(version->vendor_id, cpu_host.vendor_name, sizeof(version->vendor_id));
	version->family = cpu_host.family;
	version->model = cpu_host.model;
	version->stepping = cpu_host.stepping;
	return 0;
}

/* Disk tables and EDID are the boot loader's knowledge, which it doesn't pass on. */
static int64_t platform_firmware(struct xen_platform_op *op)
{
	switch (op->u.firmware_info.type) {
	case XEN_FW_DISK_INFO:
	case XEN_FW_DISK_MBR_SIGNATURE:
		return -ESRCH;
	case XEN_FW_VBEDDC_INFO:
		return -ESRCH;
	case XEN_FW_KBD_SHIFT_FLAGS:
		return -ESRCH;
	case XEN_FW_EFI_INFO:
		return efi_read_information(op->u.firmware_info.index,
					    &op->u.firmware_info.u.efi_info);
	default:
		return -EINVAL;
	}
}

static int64_t idle_time_copy(const struct xen_xenpf_getidletime *request, uint32_t cpu)
{
	uint64_t idle = vcpu_cpu_time_ns(sched_idle_vcpu(cpu));

	return guest_copy_to_index(request->idletime, cpu, &idle, sizeof(idle));
}

static int64_t platform_idle_time(struct xen_platform_op *op)
{
	struct xen_xenpf_getidletime *request = &op->u.getidletime;
	uint32_t nr = MIN(request->cpumap_nr_cpus, nr_cpus);

	for (uint32_t byte = 0; byte < (nr + 7) / 8; byte++) {
		uint8_t wanted, answered = 0;

		if (guest_copy_from_index(&wanted, request->cpumap_bitmap, byte, 1))
			return -EFAULT;
		for (uint32_t bit = 0; bit < 8 && byte * 8 + bit < nr; bit++) {
			uint32_t cpu = byte * 8 + bit;

			if (!(wanted >> bit & 1) || !cpu_is_online(cpu))
				continue;
			if (idle_time_copy(request, cpu))
				return -EFAULT;
			answered |= (uint8_t)(1U << bit);
		}
		if (guest_copy_to_index(request->cpumap_bitmap, byte, &answered, 1))
			return -EFAULT;
	}
	request->now = time_now_ns();
	return 0;
}

/* Nothing to do is answered with success. -ERESTART: the same call goes on with the change. */
static int64_t platform_cpu_online(struct xen_platform_op *op)
{
	int rc = hotplug_add_cpu(op->u.cpu_ol.cpuid);

	return rc == -EEXIST ? 0 : rc;
}

static int64_t platform_cpu_offline(struct xen_platform_op *op)
{
	int rc;

	if (op->u.cpu_ol.cpuid == 0)
		return -EOPNOTSUPP;
	rc = hotplug_remove_cpu(op->u.cpu_ol.cpuid);
	return rc == -EEXIST ? 0 : rc;
}

/* Symbol by number, in rising order of addresses; symnum stays as it was behind the last. */
static int64_t platform_symbol(struct xen_platform_op *op)
{
	struct xen_xenpf_symdata *symbol = &op->u.symdata;
	const char *name;
	uint32_t bytes;

	if (symbol->symnum >= symbols_count) {
		symbol->namelen = 0;
		return symbol->symnum > symbols_count ? -ERANGE : 0;
	}
	name = symbols_names + symbols_name_offsets[symbol->symnum];
	bytes = (uint32_t)strlen(name) + 1;
	if (guest_copy_to(symbol->name, name, MIN(bytes, symbol->namelen)))
		return -EFAULT;
	symbol->namelen = bytes;
	symbol->address = (uint64_t)image_start + symbols_offsets[symbol->symnum];
	symbol->type = 't';
	symbol->symnum++;
	return 0;
}

/* Deny by default: an operation without a row is -ENOSYS. */
static const struct platform_row {
	int64_t (*handler)(struct xen_platform_op *op);
	bool copies_back;
	int error; /* without a handler; 0: no such operation */
} platform_rows[NR_ROWS] = {
#define SERVED(function, back)                               \
	{                                                    \
		.handler = (function), .copies_back = (back) \
	}
#define REFUSED(errno)            \
	{                         \
		.error = -(errno) \
	}
	[XENPF_settime32] = SERVED(platform_settime32, false),
	[XENPF_settime64] = SERVED(platform_settime64, false),
	[XENPF_firmware_info] = SERVED(platform_firmware, true),
	[XENPF_enter_acpi_sleep] = SERVED(platform_acpi_sleep, false),
	[XENPF_getidletime] = SERVED(platform_idle_time, true),
	[XENPF_get_cpuinfo] = SERVED(platform_cpu_information, true),
	[XENPF_get_cpu_version] = SERVED(platform_cpu_version, true),
	[XENPF_cpu_online] = SERVED(platform_cpu_online, false),
	[XENPF_cpu_offline] = SERVED(platform_cpu_offline, false),
	[XENPF_get_symbol] = SERVED(platform_symbol, true),
	[XENPF_add_memtype] = REFUSED(ENOSYS), /* MTRRs are the firmware's */
	[XENPF_del_memtype] = REFUSED(ENOSYS),
	[XENPF_read_memtype] = REFUSED(ENOSYS),
	[XENPF_microcode_update] = REFUSED(ENOSYS),
	[XENPF_platform_quirk] = REFUSED(ENOSYS),
	[XENPF_efi_runtime_call] = REFUSED(ENOSYS), /* no runtime services are kept */
	[XENPF_change_freq] = REFUSED(ENOSYS),	    /* clocks don't change here */
	[XENPF_set_processor_pminfo] = REFUSED(ENOSYS),
	[XENPF_cpu_hotadd] = REFUSED(ENOSYS),
	[XENPF_mem_hotadd] = REFUSED(ENOSYS),
	[XENPF_core_parking] = REFUSED(ENOSYS),
	[XENPF_resource_op] = REFUSED(ENOSYS),
};

int64_t hypercall_platform_op(uint64_t operation)
{
	struct xen_platform_op op;
	const struct platform_row *row;
	int64_t result;

	if (guest_copy_from(&op, operation, sizeof(op)))
		return -EFAULT;
	if (op.interface_version != XENPF_INTERFACE_VERSION)
		return -EACCES;
	if (op.cmd >= NR_ROWS)
		return -ENOSYS;
	row = &platform_rows[op.cmd];
	if (!row->handler)
		return row->error ? row->error : -ENOSYS;
	result = row->handler(&op);
	if (result == -ERESTART)
		return hypercall_continue(__HYPERVISOR_platform_op, 1, &operation);
	if (!result && row->copies_back && guest_copy_to(operation, &op, sizeof(op)))
		return -EFAULT;
	return result;
}
