/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan from text. */
#include "libdom.h"

#include <string.h>

int made_from(struct made *made, const char *source, const char *text)
{
	*made = (struct made){0};
	settings_init(&made->settings);
	if (config_parse(&made->config, source, text, strlen(text), &made->failure))
		return -1;
	return plan_make(&made->plan, &made->config, &made->settings, "/root", &made->notes,
			 &made->failure);
}

void made_free(struct made *made)
{
	plan_free(&made->plan);
	config_free(&made->config);
	settings_free(&made->settings);
	strings_free(&made->notes);
}
