/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the cases of domain/ share: an observer whose vcpu is current, domains, pages, the group's set-up. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/softirq.h"
#include "modules.h"

#define CASE(name) cmocka_unit_test_setup(name, test_start)

/* Current's domain in every case, number 100. */
extern struct domain *test_observer;

struct domain_create_arguments test_arguments(domid_t id);
struct domain *test_create(domid_t id);
struct vcpu *test_create_vcpu(struct domain *d, uint32_t id);
/* To the end, softirqs too. */
void test_kill(struct domain *d);
struct page *test_give_page(struct domain *d);
int test_group_start(void **state);
int test_group_end(void **state);
int test_start(void **state);

int run_create_cases(void);
int run_destroy_cases(void);

#endif
