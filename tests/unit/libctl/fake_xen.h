/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for libxencall and libxenforeignmemory: keeps what was called with which arguments, and
 * answers as the test says. Buffers are counted, and tell whether a pointer given to the hypervisor
 * was one of them.
 */
#ifndef TEST_LIBCTL_FAKE_XEN_H
#define TEST_LIBCTL_FAKE_XEN_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libctl/handle.h"

struct fake_xen {
	unsigned int nr_calls, nr_buffers;
	unsigned int op;
	uint64_t arguments[5];
	/* by default 0; > 0: the answer; < 0: -1 with that errno */
	long answer;
	/* the first so many calls fail with this error */
	unsigned int failing_calls;
	int error;
	bool buffers_fault, no_buffers;
	struct xen_domctl domctl; /* the last, as it came */
	struct xen_sysctl sysctl;
	/* writes the hypervisor's part; may be NULL */
	void (*handle)(void *argument);
	size_t mapped_pages;
	int *errors;
};

extern struct fake_xen fake_xen;

/* A handle as ctl_open() makes it. */
struct ctl *fake_xen_open(void);
/* Closes it: nothing is left allocated. */
void fake_xen_close(struct ctl *ctl);
bool fake_xen_is_buffer(const void *address, size_t bytes);

int run_domain_cases(void);
int run_machine_cases(void);
int run_failure_cases(void);

#endif
