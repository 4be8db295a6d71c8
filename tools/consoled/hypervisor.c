/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text is at our index until we move it; so a turn's read may be repeated.
 */
#include "consoled/hypervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "consoled/console.h"
#include "consoled/guest.h"
#include "libctl/ctl.h"

static struct console console;
static struct ctl *control;
static uint32_t position, next_position;
static int state_fd = -1;

static ssize_t hypervisor_read(struct console *of, char *to, size_t room)
{
	uint32_t bytes = room;

	(void)of;
	next_position = position;
	return ctl_console_read(control, to, &bytes, false, true, &next_position) ? 0 : bytes;
}

static void hypervisor_advance(struct console *of, size_t bytes)
{
	position = next_position;
	if (state_fd >= 0 && pwrite(state_fd, &position, sizeof(position), 0) < 0)
		console_say(of, "cannot write how far it was read (%zu bytes): %s", bytes,
			    strerror(errno));
}

static void hypervisor_rest(struct console *of)
{
	(void)of;
}

static const struct console_source source = {
	.read = hypervisor_read,
	.advance = hypervisor_advance,
	.rest = hypervisor_rest,
};

static void hypervisor_handle_virq(void)
{
	console_make_ready(&console);
}

int hypervisor_open(struct ctl *ctl, const char *state)
{
	control = ctl;
	state_fd = open(state, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state_fd >= 0 && pread(state_fd, &position, sizeof(position), 0) != sizeof(position))
		position = 0;
	console_open(&console, &source, DOMID_XEN, "hypervisor", "", position);
	console_make_ready(&console);
	return guest_bind_console_virq(hypervisor_handle_virq);
}
