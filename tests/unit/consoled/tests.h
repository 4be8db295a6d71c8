/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The groups of consoled's tests; each returns how many failed. */
#ifndef TESTS_CONSOLED_H
#define TESTS_CONSOLED_H

int test_logfile_run(void);

#endif
