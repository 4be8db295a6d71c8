/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judgement of a domain's end. Pure.
 */
#include "libdom/ending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xen/sched.h>

enum ending_verdict ending_judge(const struct ending_facts *facts)
{
	if (!facts->is_complete && facts->has_creator)
		return ENDING_NONE;
	if (!facts->exists)
		return ENDING_CLEAR;
	if (!facts->is_complete || facts->is_dying)
		return ENDING_DESTROY;
	return facts->has_shut_down && facts->is_attended ? ENDING_ACT : ENDING_NONE;
}

enum plan_action ending_action(const struct plan *plan, uint32_t reason)
{
	const int64_t actions[] = {
		[SHUTDOWN_poweroff] = plan->on_poweroff,
		[SHUTDOWN_reboot] = plan->on_reboot,
		/* Nobody asked it to suspend who would still be there. */
		[SHUTDOWN_suspend] = ACTION_PRESERVE,
		[SHUTDOWN_crash] = plan->on_crash,
		[SHUTDOWN_watchdog] = plan->on_watchdog,
		[SHUTDOWN_soft_reset] = plan->on_soft_reset,
	};

	return (enum plan_action)(reason <= SHUTDOWN_MAX ? actions[reason] : plan->on_crash);
}

const char *ending_reason_name(uint32_t reason)
{
	static const char *const names[] = {
		[SHUTDOWN_poweroff] = "poweroff", [SHUTDOWN_reboot] = "reboot",
		[SHUTDOWN_suspend] = "suspend",	  [SHUTDOWN_crash] = "crash",
		[SHUTDOWN_watchdog] = "watchdog", [SHUTDOWN_soft_reset] = "soft reset",
	};

	return reason <= SHUTDOWN_MAX ? names[reason] : "unknown";
}

char *ending_preserved_name(const char *name, int64_t when)
{
	time_t seconds = (time_t)when;
	char stamp[32] = "";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(stamp, sizeof(stamp), "-%Y%m%dT%H%MZ", &utc);
	return alloc_format("%.100s%s", name, stamp);
}
