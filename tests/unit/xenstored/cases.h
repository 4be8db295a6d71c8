/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The groups of cases, run by main.c.
 */
#ifndef XENSTORED_CASES_H
#define XENSTORED_CASES_H

int run_nodes(void);
int run_transactions(void);
int run_watches(void);
int run_domains(void);
int run_quotas(void);
int run_control(void);
int run_state(void);
int run_cost(void);

#define CASE(name) cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

#endif
