/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 80x25 text screen, scrolled by copying. From console_end_boot() on it is the first domain's.
 */
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/console.h"
#include "hv/page.h"
#include "hv/params.h"
#include "hv/string.h"
#include "hv/vga.h"

#define TEXT_ADDRESS 0xb8000
#define COLUMNS 80
#define ROWS 25
#define ATTRIBUTE 0x0700 /* grey on black */
#define TAB_COLUMNS 8
#define FRAMEBUFFER_TEXT 2

#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CRTC_CURSOR_HIGH 0x0e
#define CRTC_CURSOR_LOW 0x0f

static char vga_option[32];
STRING_PARAMETER("vga", vga_option, "keep: the screen stays the hypervisor's");

static unsigned int column, row;
static bool is_lent;

bool vga_is_kept(void)
{
	return parameter_list_has(vga_option, "keep");
}

static volatile uint16_t *screen(void)
{
	return paddr_to_virt(paddr_from(TEXT_ADDRESS));
}

static void row_clear(unsigned int which)
{
	for (unsigned int i = 0; i < COLUMNS; i++)
		screen()[which * COLUMNS + i] = ATTRIBUTE | ' ';
}

static void line_feed(void)
{
	column = 0;
	if (row < ROWS - 1) {
		row++;
		return;
	}
	for (unsigned int i = 0; i < (ROWS - 1) * COLUMNS; i++)
		screen()[i] = screen()[i + COLUMNS];
	row_clear(ROWS - 1);
}

static void screen_put(char c)
{
	if (c == '\n') {
		line_feed();
	} else if (c == '\r') {
		column = 0;
	} else if (c == '\t') {
		column = (column + TAB_COLUMNS) & ~(TAB_COLUMNS - 1u);
	} else if (c == '\b') {
		column -= column > 0;
	} else if ((unsigned char)c >= ' ') {
		screen()[row * COLUMNS + column] = (uint16_t)(ATTRIBUTE | (unsigned char)c);
		column++;
	}
	if (column >= COLUMNS)
		line_feed();
}

static void cursor_show(void)
{
	unsigned int position = row * COLUMNS + column;

	port_write8(CRTC_INDEX, CRTC_CURSOR_HIGH);
	port_write8(CRTC_DATA, (uint8_t)(position >> 8));
	port_write8(CRTC_INDEX, CRTC_CURSOR_LOW);
	port_write8(CRTC_DATA, (uint8_t)position);
}

static void vga_write(const char *text, size_t bytes)
{
	if (is_lent)
		return;
	for (size_t i = 0; i < bytes; i++)
		screen_put(text[i]);
	cursor_show();
}

static void vga_end_boot(void)
{
	is_lent = !vga_is_kept();
}

/* A panic takes the screen back. */
static void vga_flush(void)
{
	is_lent = false;
}

static const struct console_device device = {
	.name = "vga",
	.write = vga_write,
	.flush = vga_flush,
	.end_boot = vga_end_boot,
};

void vga_register(void)
{
	if (boot_information.is_efi || (boot_information.has_framebuffer &&
					boot_information.framebuffer.type != FRAMEBUFFER_TEXT))
		return;
	for (unsigned int i = 0; i < ROWS; i++)
		row_clear(i);
	console_register(&device);
}
