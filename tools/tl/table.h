/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the linker put the descriptors. The names are the linker's, which no C name can be renamed
 * to; command_list() is what everybody else uses.
 */
#ifndef TL_TABLE_H
#define TL_TABLE_H

#include "tl/command.h"

extern const struct command *const command_rows[] __asm__("__start_tl_commands");
extern const struct command *const command_rows_end[] __asm__("__stop_tl_commands");

#endif
