/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the machine dom0 may touch: all ports, I/O memory and interrupts but the hypervisor's own; and the screen it inherits. */
#include "asm/cpu_features.h"
#include "asm/pv.h"
#include "dom0_private.h"
#include "hv/acpi.h"
#include "hv/boot.h"
#include "hv/console.h"
#include "hv/printk.h"
#include "hv/rangeset.h"

#define PORT_LAST 0xffff
#define MESSAGES_START 0xfee00000UL
#define MESSAGES_LAST 0xfeefffffUL
#define LFB_SIZE_UNIT 65536
#define FRAMEBUFFER_RGB 1
#define FRAMEBUFFER_TEXT 2

/* Interrupt controllers and their trigger registers, timer, and its gate. PCI's ports stay dom0's. */
static const struct range ports_denied[] = {
	{0x20, 0x21},
	{0xa0, 0xa1},
	{0x4d0, 0x4d1},
	{0x40, 0x43},
};

static void permit_all_but(struct rangeset *set, uint64_t last, const struct range *denied,
			   unsigned int nr_denied)
{
	if (rangeset_add(set, 0, last))
		panic("dom0: permissions don't fit");
	for (unsigned int i = 0; i < nr_denied; i++)
		if (rangeset_remove(set, denied[i].start, denied[i].end))
			panic("dom0: permissions don't fit");
}

static void deny_frame(struct domain *d, paddr_t address)
{
	uint64_t frame = address.a / PAGE_SIZE;

	if (frame && rangeset_remove(d->arch.io_memory_allowed, frame, frame))
		panic("dom0: permissions don't fit");
}

void dom0_permit_hardware(struct domain *d)
{
	permit_all_but(d->arch.io_ports_allowed, PORT_LAST, ports_denied, ARRAY_SIZE(ports_denied));
	permit_all_but(d->arch.io_memory_allowed,
		       (1UL << (cpu_host.physical_bits - PAGE_SHIFT)) - 1, NULL, 0);
	permit_all_but(d->arch.irqs_allowed, UINT32_MAX, NULL, 0);
	deny_frame(d, acpi_information.local_apic_address);
	/* Where writes become interrupts of any vector. */
	if (rangeset_remove(d->arch.io_memory_allowed, MESSAGES_START / PAGE_SIZE,
			    MESSAGES_LAST / PAGE_SIZE))
		panic("dom0: permissions don't fit");
	for (unsigned int i = 0; i < acpi_information.nr_ioapics; i++)
		deny_frame(d, acpi_information.ioapics[i].address);
	console_deny_ports(d->arch.io_ports_allowed);
}

static void video_fill_framebuffer(struct xen_dom0_vga_console_info *video,
				   const struct boot_framebuffer *fb)
{
	video->video_type = boot_information.is_efi ? XEN_VGATYPE_EFI_LFB : XEN_VGATYPE_VESA_LFB;
	video->u.vesa_lfb.width = (uint16_t)fb->width;
	video->u.vesa_lfb.height = (uint16_t)fb->height;
	video->u.vesa_lfb.bytes_per_line = (uint16_t)fb->pitch;
	video->u.vesa_lfb.bits_per_pixel = fb->bits_per_pixel;
	video->u.vesa_lfb.lfb_base = (uint32_t)fb->address;
	video->u.vesa_lfb.ext_lfb_base = (uint32_t)(fb->address >> 32);
	video->u.vesa_lfb.lfb_size =
		(uint32_t)(((uint64_t)fb->pitch * fb->height + LFB_SIZE_UNIT - 1) / LFB_SIZE_UNIT);
	video->u.vesa_lfb.red_pos = fb->red_position;
	video->u.vesa_lfb.red_size = fb->red_bits;
	video->u.vesa_lfb.green_pos = fb->green_position;
	video->u.vesa_lfb.green_size = fb->green_bits;
	video->u.vesa_lfb.blue_pos = fb->blue_position;
	video->u.vesa_lfb.blue_size = fb->blue_bits;
}

bool dom0_video_fill(struct xen_dom0_vga_console_info *video)
{
	const struct boot_framebuffer *fb = &boot_information.framebuffer;

	if (boot_information.has_framebuffer && fb->type == FRAMEBUFFER_RGB) {
		video_fill_framebuffer(video, fb);
		return true;
	}
	if (boot_information.is_efi)
		return false;
	video->video_type = XEN_VGATYPE_TEXT_MODE_3;
	video->u.text_mode_3.rows = 25;
	video->u.text_mode_3.columns = 80;
	video->u.text_mode_3.font_height = 16;
	return true;
}
