/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the tools are: beside the one that runs. */
#ifndef LIBDOM_SELF_H
#define LIBDOM_SELF_H

/* malloc'd: TRESTLE_TOOLS/NAME, for tests, or NAME in the folder of this program's file. */
char *self_find_program(const char *name);

#endif
