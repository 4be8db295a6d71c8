/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What neighbours.c counted. */
#ifndef TEST_NEIGHBOURS_H
#define TEST_NEIGHBOURS_H

extern unsigned int stale_flushes;

#endif
