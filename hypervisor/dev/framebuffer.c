/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text in the boot loader's RGB framebuffer: 8x16 characters over black. What is on the screen is
 * kept as text too, so that scrolling draws only what changed and never reads the slow memory.
 */
#include "hv/boot.h"
#include "hv/console.h"
#include "hv/page.h"
#include "hv/string.h"
#include "hv/vga.h"

#define GLYPH_WIDTH 8
#define GLYPH_HEIGHT 16
#define GLYPH_FIRST ' '
#define GLYPH_LAST '~'
#define MAX_COLUMNS 240
#define MAX_ROWS 128
#define TAB_COLUMNS 8
#define FRAMEBUFFER_RGB 1
#define GREY_LEVEL 170	   /* of 255 */
#define EARLY_REACH GIB(4) /* what the entry code maps */

/* Made by scripts/font. */
static const uint8_t glyphs[][GLYPH_HEIGHT] = {
#include "generated/font.h"
};

_Static_assert(ARRAY_SIZE(glyphs) == GLYPH_LAST - GLYPH_FIRST + 1, "one glyph a character");

static char text_shown[MAX_ROWS][MAX_COLUMNS], text_wanted[MAX_ROWS][MAX_COLUMNS];
static unsigned int columns, rows, column, row;
static uint32_t ink;
static bool is_reachable, is_lent;

static void pixel_write(uint8_t *at, uint32_t colour, unsigned int bytes)
{
	if (bytes == 4)
		*(volatile uint32_t *)at = colour;
	else if (bytes == 2)
		*(volatile uint16_t *)at = (uint16_t)colour;
	else
		for (unsigned int i = 0; i < bytes; i++)
			*(volatile uint8_t *)(at + i) = (uint8_t)(colour >> (8 * i));
}

static void glyph_draw(unsigned int x, unsigned int y, char c)
{
	const struct boot_framebuffer *fb = &boot_information.framebuffer;
	const uint8_t *glyph = glyphs[c >= GLYPH_FIRST && c <= GLYPH_LAST ? c - GLYPH_FIRST : 0];
	unsigned int bytes = (fb->bits_per_pixel + 7) / 8;
	uint8_t *line = paddr_to_virt(paddr_from(fb->address));

	line += (uint64_t)y * GLYPH_HEIGHT * fb->pitch + (uint64_t)x * GLYPH_WIDTH * bytes;
	for (unsigned int i = 0; i < GLYPH_HEIGHT; i++, line += fb->pitch)
		for (unsigned int j = 0; j < GLYPH_WIDTH; j++)
			pixel_write(line + j * bytes, glyph[i] & 0x80 >> j ? ink : 0, bytes);
}

static void screen_update(void)
{
	for (unsigned int y = 0; y < rows; y++) {
		for (unsigned int x = 0; x < columns; x++) {
			if (text_shown[y][x] == text_wanted[y][x])
				continue;
			glyph_draw(x, y, text_wanted[y][x]);
			text_shown[y][x] = text_wanted[y][x];
		}
	}
}

static void line_feed(void)
{
	column = 0;
	if (row < rows - 1) {
		row++;
		return;
	}
	memmove(text_wanted[0], text_wanted[1], (rows - 1) * sizeof(text_wanted[0]));
	memset(text_wanted[rows - 1], ' ', columns);
}

static void screen_put(char c)
{
	if (c == '\n')
		line_feed();
	else if (c == '\r')
		column = 0;
	else if (c == '\t')
		column = (column + TAB_COLUMNS) & ~(TAB_COLUMNS - 1u);
	else if (c == '\b')
		column -= column > 0;
	else if (c >= GLYPH_FIRST && c <= GLYPH_LAST)
		text_wanted[row][column++] = c;
	if (column >= columns)
		line_feed();
}

static void framebuffer_write(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		screen_put(text[i]);
	if (is_reachable && !is_lent)
		screen_update();
}

/* A framebuffer above what the entry code maps is drawn from here on. */
static void framebuffer_enable(void)
{
	is_reachable = true;
}

static void framebuffer_end_boot(void)
{
	is_lent = !vga_is_kept();
}

/* A panic takes the screen back; dom0 may have drawn anything. */
static void framebuffer_flush(void)
{
	if (is_lent)
		memset(text_shown, 0, sizeof(text_shown));
	is_lent = false;
}

static const struct console_device device = {
	.name = "vga",
	.write = framebuffer_write,
	.enable_input = framebuffer_enable,
	.flush = framebuffer_flush,
	.end_boot = framebuffer_end_boot,
};

static uint32_t colour_level(unsigned int bits, unsigned int position)
{
	uint32_t most = (1u << MIN(bits, 8)) - 1;

	return most * GREY_LEVEL / 255 << (bits > 8 ? bits - 8 : 0) << position;
}

static bool framebuffer_is_usable(const struct boot_framebuffer *fb)
{
	return boot_information.has_framebuffer && fb->type == FRAMEBUFFER_RGB &&
	       fb->bits_per_pixel >= 15 && fb->bits_per_pixel <= 32 && fb->width >= GLYPH_WIDTH &&
	       fb->height >= GLYPH_HEIGHT;
}

bool framebuffer_register(void)
{
	const struct boot_framebuffer *fb = &boot_information.framebuffer;

	if (!framebuffer_is_usable(fb))
		return false;
	columns = MIN(fb->width / GLYPH_WIDTH, MAX_COLUMNS);
	rows = MIN(fb->height / GLYPH_HEIGHT, MAX_ROWS);
	ink = colour_level(fb->red_bits, fb->red_position) |
	      colour_level(fb->green_bits, fb->green_position) |
	      colour_level(fb->blue_bits, fb->blue_position);
	is_reachable = fb->address + (uint64_t)fb->pitch * fb->height <= EARLY_REACH;
	/* Unlike anything wanted: the first update clears what the boot loader left. */
	memset(text_shown, 0, sizeof(text_shown));
	memset(text_wanted, ' ', sizeof(text_wanted));
	console_register(&device);
	return true;
}
