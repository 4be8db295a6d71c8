/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest as it is going to be: everything that is decided before anything is made. Built from a
 * configuration and the settings of the machine (pure, plan_make()), kept as JSON in the state file
 * for the monitor, printed by `tl create --check'. Its members are the rows of plan_fields.def, so
 * that printing, saving and loading know all of them.
 */
#ifndef LIBDOM_PLAN_H
#define LIBDOM_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libctl/failure.h"
#include "libdom/alloc.h"
#include "libdom/config.h"
#include "libdom/cpulist.h"
#include "libdom/disk.h"
#include "libdom/settings.h"
#include "libdom/vif.h"

enum plan_action {
	ACTION_DESTROY,
	ACTION_RESTART,
	ACTION_RENAME_RESTART,
	ACTION_PRESERVE,
	ACTION_COREDUMP_DESTROY,
	ACTION_COREDUMP_RESTART,
	ACTION_SOFT_RESET,
};

enum plan_type { PLAN_PV, PLAN_PVH, PLAN_HVM };

#define PLAN_UNSET (-1) /* of numbers: the hypervisor's or the scheduler's default */

struct plan {
	char *name, *uuid;		       /* uuid as text of 36 characters, lower case */
	int64_t type;			       /* enum plan_type */
	char *kernel, *ramdisk, *command_line; /* ramdisk may be NULL; paths absolute */
	char *bootloader; /* as it was asked for, or NULL; kernel is PV GRUB then */
	int64_t memory_kib, maximum_kib;
	int64_t vcpus, max_vcpus;
	struct strings cpus,
		cpus_soft; /* one expression for all vcpus, or one each; none: all CPUs */
	char *pool;	   /* a name or number; NULL: pool 0 */
	int64_t weight, cap;
	int64_t on_poweroff, on_reboot, on_watchdog, on_crash, on_soft_reset; /* enum plan_action */
	int64_t max_grant_frames, max_maptrack_frames, max_grant_version;
	int64_t max_event_channels;
	int64_t tsc_mode;   /* XEN_CPUID_TSC_MODE_* as domctl has them: 0 default … 3 */
	int64_t rtc_offset; /* seconds */
	bool localtime, nomigrate, driver_domain;
	bool claim;
	struct strings cpuid; /* as policy.h reads them */
	struct strings disk_specs, vif_specs;
	char *default_bridge; /* of vifs that name none; NULL: xenbr0 */
	/* Of the specifications above; made by plan_make() and plan_load(). */
	struct disk_spec *disks;
	size_t nr_disks;
	struct vif_spec *vifs;
	size_t nr_vifs;
};

/* cwd: what relative paths are relative to. Notes (unknown and deprecated keys, what has no effect)
 * are whole sentences with their place. A missing uuid is made up. */
int plan_make(struct plan *plan, const struct config *config, const struct settings *settings,
	      const char *cwd, struct strings *notes, struct failure *failure);
void plan_free(struct plan *plan);

/* What only this machine can say: files there and readable, kernel a PV kernel with enough memory,
 * devices' targets and bridges, CPUs. No side effects. */
int plan_check_machine(struct plan *plan, struct failure *failure);

/* The kernel opened, with ramdisk and memory that go with it; before anything is made. */
struct build_kernel;
int plan_open_kernel(const struct plan *plan, struct build_kernel **kernel,
		     struct failure *failure);

/* Whether all of it can be saved: UTF-8. */
bool plan_is_text(const struct plan *plan);
/* All of it; plan_load() refuses what plan_save() does not write. */
json_t *plan_save(const struct plan *plan);
int plan_load(struct plan *plan, const json_t *json, struct failure *failure);
/* "name", "kernel" … in columns. */
void plan_print(const struct plan *plan, FILE *to);
/* The object that libxenlight has for a configuration. WRITTEN: as `xl create -n' prints what the file
 * says; MADE: with what creation adds, as `xl list --long' has it and libxenlight keeps it. machine
 * is for the affinities, which are left out when it is NULL. */
enum plan_form { PLAN_FORM_WRITTEN, PLAN_FORM_MADE };
json_t *plan_describe(const struct plan *plan, enum plan_form form,
		      const struct cpulist_machine *machine);

/* Specifications to structs; config, which may be NULL, is for the places of faults. */
int plan_parse_devices(struct plan *plan, const struct config *config, struct failure *failure);
const char *plan_action_name(int64_t action);

#endif
