/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands share at run time: the hypervisor, the store and the settings opened when they are
 * first asked for, domains by name or number.
 */
#include "tl/invocation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libctl/ctl.h"
#include "libdom/domain.h"
#include "libdom/settings.h"
#include "libdom/store.h"

int invocation_open_ctl(struct invocation *invocation, struct ctl **ctl)
{
	if (!invocation->ctl && ctl_open(&invocation->ctl, &invocation->failure))
		return -1;
	*ctl = invocation->ctl;
	return 0;
}

int invocation_open_store(struct invocation *invocation, struct store **store)
{
	if (!invocation->store && store_open(&invocation->store, &invocation->failure))
		return -1;
	*store = invocation->store;
	return 0;
}

int invocation_open_settings(struct invocation *invocation, const struct settings **settings)
{
	struct strings notes = {0};
	int ret = 0;

	if (!invocation->settings) {
		invocation->settings = alloc_zeroed(1, sizeof(*invocation->settings));
		settings_init(invocation->settings);
		ret = settings_read(invocation->settings, SETTINGS_PATH, &notes,
				    &invocation->failure);
		if (invocation->verbose)
			invocation_print_notes(invocation, &notes);
		strings_free(&notes);
	}
	*settings = invocation->settings;
	return ret;
}

void invocation_print_notes(const struct invocation *invocation, const struct strings *notes)
{
	for (size_t n = 0; n < notes->count; n++)
		fprintf(stderr, "%s: note: %s\n", invocation->program, notes->items[n]);
}

void invocation_close(struct invocation *invocation)
{
	if (invocation->store)
		store_close(invocation->store);
	if (invocation->ctl)
		ctl_close(invocation->ctl);
	if (invocation->settings)
		settings_free(invocation->settings);
	free(invocation->settings);
}

int invocation_find_domain(struct invocation *invocation, const char *text, uint32_t *domid)
{
	struct store *store = NULL;
	struct ctl *ctl;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	if (!domain_is_number(text) && invocation_open_store(invocation, &store))
		return -1;
	return domain_find(ctl, store, text, domid, &invocation->failure);
}

int invocation_find_guest(struct invocation *invocation, const char *text, uint32_t *domid)
{
	if (invocation_find_domain(invocation, text, domid))
		return -1;
	if (*domid)
		return 0;
	return failure_set(&invocation->failure, FAILURE_USAGE, invocation->command->name,
			   "domain 0", "this domain is what the command itself runs in",
			   "name a guest, `tl list' shows all");
}

int invocation_fail_errno(struct invocation *invocation, const char *stage, const char *object)
{
	int error = errno;

	return failure_set_errno(&invocation->failure,
				 error == ESRCH ? FAILURE_NOT_FOUND : FAILURE_REFUSED, error, stage,
				 object, "");
}
