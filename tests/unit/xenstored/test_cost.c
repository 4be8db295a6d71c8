/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thousandth guest's entries cost what the first one's did: processor time, in this process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cases.h"
#include "support.h"

#define NR_GUESTS 1000
#define NR_KEYS 29 /* on each side, with their folders about 60 nodes */

static void send_text(uint32_t type, uint32_t transaction, const char *format, int a, int b)
{
	char text[128];
	int len = snprintf(text, sizeof(text), format, a, 51712 + b / 10, b % 10) + 1;

	expect_ok(local_ask(&local, type, transaction, text, (size_t)len));
}

static void make_guest(int domid)
{
	uint32_t t = start_transaction(&local);

	for (int i = 0; i < NR_KEYS; i++) {
		send_text(XS_WRITE, t, "/local/domain/%d/device/vbd/%d/key%d", domid, i);
		send_text(XS_WRITE, t, "/local/domain/0/backend/vbd/%d/%d/key%d", domid, i);
	}
	expect_ok(ask(&local, XS_TRANSACTION_END, t, "T\0"));
}

static double processor_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[nr / 2];
}

static void the_thousandth_guest_costs_what_the_first_did(void **state)
{
	static double us[NR_GUESTS];
	double first, last;

	(void)state;
	for (int i = 0; i < NR_GUESTS; i++) {
		double before = processor_us();

		make_guest(i + 1);
		us[i] = processor_us() - before;
	}
	first = median(us, NR_GUESTS / 10);
	last = median(us + NR_GUESTS - NR_GUESTS / 10, NR_GUESTS / 10);
	print_message("first tenth %.0f us a guest, last tenth %.0f us\n", first, last);
	assert_true(last < first * 1.4);
	assert_int_equal(server.store.nr_nodes,
			 1 + 2 + 1 + 2 + NR_GUESTS * (1 + 2 + 3 + 1 + 3 + 2 * NR_KEYS));
}

int run_cost(void)
{
	const struct CMUnitTest cases[] = {
		CASE(the_thousandth_guest_costs_what_the_first_did),
	};

	return cmocka_run_group_tests_name("cost", cases, NULL, NULL);
}
