/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the keys of xl.cfg and xl.conf mean: one row a key says whether it is served, which kind of
 * value and which range it takes, which guests it concerns, and where the value goes. Each key of
 * xl.cfg(5) and xl.conf(5) has a row: none is taken in silence that has no effect. Pure.
 */
#ifndef LIBDOM_KEYS_H
#define LIBDOM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdom/alloc.h"
#include "libdom/config.h"

enum key_use {
	KEY_SERVED,
	KEY_REFUSED,	    /* an error, whatever the value */
	KEY_REFUSED_IF_SET, /* an error unless it is 0, "", [] or "none" */
	KEY_UNUSED, /* legal, without effect on this kind of guest: a note when notes are wanted */
	KEY_DEPRECATED, /* legal, without effect: always a note */
};

enum key_kind {
	KEY_TEXT,	   /* char * */
	KEY_NUMBER,	   /* int64_t */
	KEY_BOOLEAN,	   /* int64_t 0 or 1, so that "not given" can be told */
	KEY_NAMED,	   /* int64_t, by the row's names or as their number */
	KEY_TEXTS,	   /* struct strings, from a list */
	KEY_TEXT_OR_TEXTS, /* struct strings, from one value or a list */
};

#define KEY_PV 1
#define KEY_PVH 2
#define KEY_HVM 4
#define KEY_ARM 8
#define KEY_ALL 7

struct key_name {
	const char *name;
	int64_t number;
};

struct key_row {
	const char *name;
	enum key_use use;
	unsigned int guests; /* KEY_PV … */
	enum key_kind kind;
	size_t offset; /* in the target, when served */
	int64_t least, most;
	const struct key_name *names; /* of KEY_NAMED, ended by a NULL name */
	const char *note; /* why it is refused or unused; of what is served: where it goes */
};

struct key_table {
	const struct key_row *rows;
	size_t count;
	const char *manual; /* "xl.cfg(5)": for the note about unknown keys */
};

/* Each setting of config into target by its row. The first fault ends it. What is merely to be told
 * is a sentence in notes. */
int keys_take(const struct key_table *table, const struct config *config, void *target,
	      struct strings *notes, struct failure *failure);
const struct key_row *keys_find(const struct key_table *table, const char *name);
/* "on", "true", "1" …: as KEY_BOOLEAN reads them. */
bool keys_parse_number(const struct config_value *value, int64_t *number);

/* The keys of xl.cfg: what plan_make() works on. Numbers are PLAN_UNSET when they are not given. */
struct guest_keys {
	char *name, *uuid, *kernel, *ramdisk, *cmdline, *root, *extra, *bootloader, *firmware,
		*pool;
	int64_t type, builder, passthrough;
	struct strings bootloader_args, cpus, cpus_soft, cpuid, disk, vif;
	int64_t memory, maxmem, vcpus, maxvcpus, cpu_weight, cap;
	int64_t on_poweroff, on_reboot, on_watchdog, on_crash, on_soft_reset;
	int64_t max_grant_frames, max_maptrack_frames, max_grant_version, max_event_channels;
	int64_t nomigrate, driver_domain, localtime, rtc_timeoffset, tsc_mode;
};
extern const struct key_table guest_key_table;
void guest_keys_init(struct guest_keys *keys);
void guest_keys_free(struct guest_keys *keys);

extern const struct key_name plan_action_names[], plan_type_names[], plan_tsc_names[];

#endif
