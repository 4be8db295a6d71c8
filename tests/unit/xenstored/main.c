/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs all groups. */
#include "cases.h"

int main(void)
{
	return run_nodes() + run_transactions() + run_watches() + run_domains() + run_quotas() +
	       run_control() + run_state() + run_cost();
}
