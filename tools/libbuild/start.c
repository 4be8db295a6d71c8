/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * start_info, shared_info, registers and reserved grants, by the ABI's start-of-day text.
 */
#include "libbuild/start.h"

#include <string.h>

#include <xen/arch-x86/xen.h>

#define MAGIC "xen-3.0-x86_64"
#define RFLAGS_INTERRUPT (1UL << 9)
#define DR6_DEFAULT 0xffff0ff0UL
#define DR7_DEFAULT 0x400UL

int start_check_command_line(const char *command_line, struct reason *why)
{
	size_t length = strlen(command_line);

	if (length < MAX_GUEST_CMDLINE)
		return 0;
	return reason_set(why,
			  "the command line has %zu characters; a PV kernel is given at most %d",
			  length, MAX_GUEST_CMDLINE - 1);
}

static void start_write_ramdisk(const struct build_layout *layout, start_info_t *info)
{
	if (!layout->ramdisk_bytes)
		return;
	info->mod_len = layout->ramdisk_bytes;
	info->mod_start = layout->ramdisk_apart ? layout->ramdisk_pfn
						: layout_address(layout, layout->ramdisk_pfn);
	if (layout->ramdisk_apart)
		info->flags |= SIF_MOD_START_PFN;
}

void start_write_info(const struct start_values *values, start_info_t *info)
{
	const struct build_layout *layout = values->layout;

	memset(info, 0, sizeof(*info));
	memcpy(info->magic, MAGIC, sizeof(MAGIC));
	info->nr_pages = layout->nr_pages;
	info->shared_info = values->shared_info_frame * IMAGE_PAGE_BYTES;
	info->flags = SIF_VIRT_P2M_4TOOLS;
	info->store_mfn = values->p2m[layout->store_pfn];
	info->store_evtchn = values->store_port;
	info->console.domU.mfn = values->p2m[layout->console_pfn];
	info->console.domU.evtchn = values->console_port;
	info->pt_base = layout_address(layout, layout->tables_pfn);
	info->nr_pt_frames = layout->nr_tables;
	info->mfn_list = layout->p2m_address;
	if (layout->p2m_apart) {
		info->first_p2m_pfn = layout->p2m_pfn;
		info->nr_p2m_frames = layout->p2m_pages;
	}
	start_write_ramdisk(layout, info);
	memcpy(info->cmd_line, values->command_line,
	       strnlen(values->command_line, MAX_GUEST_CMDLINE - 1));
}

void start_write_shared_info(shared_info_t *shared)
{
	memset(shared, 0, sizeof(*shared));
	for (unsigned int i = 0; i < XEN_LEGACY_MAX_VCPUS; i++)
		shared->vcpu_info[i].evtchn_upcall_mask = 1;
}

void start_write_context(const struct start_values *values, vcpu_guest_context_t *context)
{
	const struct build_layout *layout = values->layout;
	struct cpu_user_regs *regs = &context->user_regs;

	memset(context, 0, sizeof(*context));
	context->flags = VGCF_in_kernel | VGCF_online;
	regs->rip = values->entry;
	regs->rsp = layout_address(layout, layout->stack_pfn + 1);
	regs->rsi = layout_address(layout, layout->start_info_pfn);
	regs->rflags = RFLAGS_INTERRUPT;
	regs->cs = FLAT_KERNEL_CS;
	regs->ss = FLAT_KERNEL_SS;
	regs->ds = regs->es = regs->fs = regs->gs = FLAT_KERNEL_DS;
	context->kernel_ss = regs->ss;
	context->kernel_sp = regs->rsp;
	context->ctrlreg[3] = xen_pfn_to_cr3(values->p2m[layout->tables_pfn]);
	context->debugreg[6] = DR6_DEFAULT;
	context->debugreg[7] = DR7_DEFAULT;
}

static void start_write_grant(grant_entry_v1_t *grant, uint32_t domid, uint64_t frame)
{
	grant->frame = frame;
	grant->domid = domid;
	__atomic_store_n(&grant->flags, GTF_permit_access, __ATOMIC_RELEASE);
}

void start_write_grants(const struct start_values *values, grant_entry_v1_t *grants)
{
	start_write_grant(&grants[GNTTAB_RESERVED_CONSOLE], values->console_domid,
			  values->p2m[values->layout->console_pfn]);
	start_write_grant(&grants[GNTTAB_RESERVED_XENSTORE], values->store_domid,
			  values->p2m[values->layout->store_pfn]);
}
