/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CONSOLEIO_*: the hardware domain's text goes to the console as it is, any other guest's by lines
 * with its number, when guest_loglvl=all shows them. Only the hardware domain reads.
 */
#include "abi/xen.h"
#include "hv/console.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/printk.h"

#define CHUNK_BYTES 256

static void input_notify(void)
{
	event_send_virq_global(VIRQ_CONSOLE);
}

static void ring_notify(void)
{
	event_send_virq_global(VIRQ_CON_RING);
}

void console_io_init(void)
{
	console_set_ring_notify(ring_notify);
}

static bool character_is_printable(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

/* The part of a line that text begins with, without what could move a terminal's cursor; returns its length with the newline. */
static size_t line_print(const struct domain *d, const char *text, size_t bytes)
{
	char line[CHUNK_BYTES + 1];
	size_t length = 0, i;

	for (i = 0; i < bytes && text[i] != '\n'; i++)
		if (character_is_printable(text[i]))
			line[length++] = text[i];
	line[length] = '\0';
	if (length)
		printk_guest(LOG_DEBUG, "(d%u) %s\n", d->id, line);
	return i + (i < bytes);
}

/* Returns how much of it the console took. */
static size_t text_print(const struct domain *d, const char *text, size_t bytes)
{
	size_t left = bytes;

	if (d->is_hardware)
		return console_write_domain(text, bytes);
	while (left) {
		size_t length = line_print(d, text, left);

		text += length;
		left -= length;
	}
	return bytes;
}

static int64_t console_io_write(const struct domain *d, uint64_t count, uint64_t buffer)
{
	char chunk[CHUNK_BYTES];

	while (count) {
		size_t bytes = MIN(count, sizeof(chunk)), printed;

		if (guest_copy_from(chunk, buffer, bytes))
			return -EFAULT;
		printed = text_print(d, chunk, bytes);
		count -= printed;
		buffer += printed;
		/* A slow line is waited for in the guest, with nothing held. */
		if (count && (printed < bytes || hypercall_is_preempt_due())) {
			const uint64_t arguments[] = {CONSOLEIO_write, count, buffer};

			return hypercall_continue(__HYPERVISOR_console_io, ARRAY_SIZE(arguments),
						  arguments);
		}
	}
	return 0;
}

static int64_t console_io_read(uint64_t count, uint64_t buffer)
{
	char chunk[CHUNK_BYTES];
	size_t bytes;

	bytes = console_input_read(chunk, MIN(count, sizeof(chunk)));
	if (guest_copy_to(buffer, chunk, bytes))
		return -EFAULT;
	return (int64_t)bytes;
}

int64_t hypercall_console_io(uint64_t command, uint64_t count, uint64_t buffer)
{
	const struct domain *d = current_vcpu()->domain;

	/* Whoever owns the platform takes the input from its first call on. */
	if (d->is_hardware)
		console_set_input_notify(input_notify);
	/* The ABI's count is 32 bits wide. */
	count = (uint32_t)count;
	switch ((uint32_t)command) {
	case CONSOLEIO_write:
		if (!d->is_hardware && !printk_guest_is_shown(LOG_DEBUG))
			return -EPERM;
		return console_io_write(d, count, buffer);
	case CONSOLEIO_read:
		return d->is_hardware ? console_io_read(count, buffer) : -EPERM;
	default:
		return -ENOSYS;
	}
}
