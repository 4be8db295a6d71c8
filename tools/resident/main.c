/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that stay in dom0's memory, in one file: what they have of the C library and of their
 * code is there once. Which one it is, its name says. They share nothing else: each is linked by
 * itself, with names of its own, before they come together here.
 */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

int consoled_main(int argc, char **argv);
int trestle_monitor_main(int argc, char **argv);
int xenstored_main(int argc, char **argv);

static const struct resident {
	const char *name;
	int (*main)(int argc, char **argv);
} residents[] = {
	{"consoled", consoled_main},
	{"trestle-monitor", trestle_monitor_main},
	{"xenstored", xenstored_main},
};

/* Freed memory goes back to the kernel soon: these programs live for long, and peaks are rare. */
#define TRIM_BYTES 32768

static const struct resident *find_resident(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t n = 0; n < sizeof(residents) / sizeof(residents[0]); n++)
		if (!strcmp(name, residents[n].name))
			return &residents[n];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct resident *resident = argc ? find_resident(argv[0]) : NULL;

	if (!resident && argc > 1) {
		resident = find_resident(argv[1]);
		argc--;
		argv++;
	}
	if (!resident) {
		fputs("trestle-residents: call it consoled, trestle-monitor or xenstored\n",
		      stderr);
		return 2;
	}
	mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
	mallopt(M_TOP_PAD, 0);
	return resident->main(argc, argv);
}
