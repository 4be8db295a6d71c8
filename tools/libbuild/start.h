/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a PV kernel finds when it starts: start_info, shared_info, its first vcpu's registers, and
 * the grants that let the console and the store reach their pages. Pure: written into memory.
 */
#ifndef LIBBUILD_START_H
#define LIBBUILD_START_H

#include <stdint.h>

#include <xen/xen.h>
#include <xen/grant_table.h>

#include "libbuild/layout.h"

struct start_values {
	const struct build_layout *layout;
	const uint64_t *p2m;
	const char *command_line;
	uint64_t entry;
	uint64_t shared_info_frame;
	uint32_t store_port, console_port;
	uint32_t store_domid, console_domid;
};

/* -1: the command line is too long; the reason says by how much. */
int start_check_command_line(const char *command_line, struct reason *why);
void start_write_info(const struct start_values *values, start_info_t *info);
void start_write_shared_info(shared_info_t *shared);
void start_write_context(const struct start_values *values, vcpu_guest_context_t *context);
void start_write_grants(const struct start_values *values, grant_entry_v1_t *grants);

#endif
