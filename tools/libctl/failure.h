/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, for a person: the stage of the work, the object it was about, the cause, what to
 * do next; and its kind, for a program. Filled once, by who noticed; callers hand it up unchanged.
 * Printed once, by the command, whose exit codes are its own.
 */
#ifndef LIBCTL_FAILURE_H
#define LIBCTL_FAILURE_H

#include <stdio.h>

enum failure_code {
	FAILURE_NONE = 0,
	FAILURE_GENERAL = 1,	   /* as xl: the operation failed */
	FAILURE_USAGE = 2,	   /* the command line is wrong */
	FAILURE_CONFIGURATION = 3, /* a configuration file, a disk or vif specification */
	FAILURE_NOT_FOUND = 4,	   /* no such domain, device, file */
	FAILURE_BUSY = 5,	   /* a name, a disk, a device in use */
	FAILURE_NO_MEMORY = 6,
	FAILURE_REFUSED = 7, /* the hypervisor or the system said no */
	FAILURE_TIMEOUT = 8,
};

struct failure {
	enum failure_code code;
	int error;	  /* errno of the cause, 0 when there is none */
	char stage[48];	  /* "reading the configuration" */
	char object[200]; /* "/etc/xen/web.cfg:12:8", "disk xvda (/dev/vg/web)" */
	char cause[400];  /* "no such file" */
	char next[200];	  /* "create it or correct `disk'" ; may be empty */
};

/* Fills all of it; returns -1 so that a function can end with it. object, cause and next are taken
 * as they are (cut at a whole character). */
int failure_set(struct failure *failure, enum failure_code code, const char *stage,
		const char *object, const char *cause, const char *next);
/* The same with cause = strerror(error). */
int failure_set_errno(struct failure *failure, enum failure_code code, int error, const char *stage,
		      const char *object, const char *next);
/* One sentence and a newline: "tl: STAGE: OBJECT: CAUSE; NEXT". Control characters are shown as '?'. */
void failure_print(const struct failure *failure, const char *program, FILE *to);

#endif
