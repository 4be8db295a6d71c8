/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains by name and number, and the ends of their lives: what is asked of a guest (shutdown,
 * reboot) and what is done to it (destroy). A guest's name is what the store says; dom0 is
 * "Domain-0" also without a store.
 */
#ifndef LIBDOM_DOMAIN_H
#define LIBDOM_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libctl/failure.h"
#include "libdom/store.h"

/* Digits only. */
bool domain_is_number(const char *text);
/* By number or name; the store may be NULL for a number. FAILURE_NOT_FOUND. */
int domain_find(struct ctl *ctl, struct store *store, const char *text, uint32_t *domid,
		struct failure *failure);
/* malloc'd; NULL when it has none. The store may be NULL. */
char *domain_name(struct store *store, uint32_t domid);
/* "domain 5 (web)": the object of failures, cut at bytes. */
void domain_describe(struct store *store, uint32_t domid, char *object, size_t bytes);

/* Devices, memory, nodes, state file: all of it, whatever state it is in, also what a creation or
 * destruction that was cut off has left. Goes on after a failure and reports the first. Takes the
 * domain's lock unless is_locked. */
int domain_destroy(struct ctl *ctl, struct store *store, uint32_t domid, bool is_locked,
		   struct failure *failure);
/* The part of it after the domain itself: for what is left of one that is gone. */
int domain_clear(struct store *store, uint32_t domid, struct failure *failure);

/* word: "poweroff", "reboot", "halt", "suspend", "s3". Refused when the guest has not said that it
 * listens (control/platform-feature-*, or no frontend at all is no reason). */
int domain_request(struct store *store, uint32_t domid, const char *word, struct failure *failure);
int domain_rename(struct ctl *ctl, struct store *store, uint32_t domid, const char *name,
		  struct failure *failure);

/* When each of the domains has shut down (or, dead true, is gone): returns after all have, or -1
 * after a failure. No time limit. Watches, no polling. */
int domain_wait(struct ctl *ctl, struct store *store, const uint32_t *domids, size_t count,
		bool dead, struct failure *failure);

#endif
