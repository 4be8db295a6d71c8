/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of devices share: a guest 7 with back ends that answer, images, the fake host. */
#ifndef TEST_BENCH_H
#define TEST_BENCH_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_host.h"
#include "fake_xenstore.h"

struct disk_spec;
struct failure;
struct store;
struct vif_spec;

#define GUEST 7

extern struct store *bench_store;
extern char bench_folder[];

/* What the fake kernel does not do. */
struct bench_faults {
	bool no_driver;	  /* back ends stay in state 1 */
	bool broken_disk; /* vbd goes to state 5 with an error */
	bool busy_guest;  /* a front end that does not let go */
	bool no_interface;
};
extern struct bench_faults bench_faults;

/* Skips the test where it may not have a /run of its own (no root). */
extern bool bench_has_run;
void bench_need_run(void);

int bench_set_up(void **state);
int bench_tear_down(void **state);
/* A file of some bytes; its path stays valid. */
const char *bench_image(const char *name, const void *head, size_t bytes);
void bench_parse_disk(const char *text, struct disk_spec *disk);
void bench_parse_vif(const char *text, struct vif_spec *vif);
/* Attaches one disk of this text; the failure is put there. */
int bench_attach_disk(const char *text, struct failure *failure);

/* The same with an image of its own: rest begins behind the target. Must succeed. */
void bench_attach_raw(const char *rest);
int bench_attach_vif(const char *text, struct failure *failure);
void bench_assert_nothing_left(void);

struct bench_tests {
	const struct CMUnitTest *tests;
	size_t count;
};
extern const struct bench_tests disk_tests, vif_tests, store_tests, device_tests, removal_tests,
	claim_tests, qemu_tests;

#endif
