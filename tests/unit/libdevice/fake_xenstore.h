/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xenstored over a tree in this process: enough for what tools/libdom asks. After every
 * change that is not in a transaction, and after every commit, the reaction runs: the kernel's and
 * QEMU's part. Reactions may change the tree; they run again until nothing changes.
 */
#ifndef TEST_FAKE_XENSTORE_H
#define TEST_FAKE_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>

void fake_xenstore_reset(void);
void fake_xenstore_react(void (*reaction)(void));
/* The next commits that come second to another's. */
void fake_xenstore_conflict(unsigned int commits);
/* "" when there is none. Valid until the next change. */
const char *fake_xenstore_get(const char *path);
bool fake_xenstore_has(const char *path);
void fake_xenstore_set(const char *path, const char *value);
void fake_xenstore_remove(const char *path);
/* "owner" or "owner,reader" */
const char *fake_xenstore_access(const char *path);
/* Calls f for each node whose path ends with the suffix, in order. */
void fake_xenstore_each(const char *suffix, void (*f)(const char *path, const char *value));
size_t fake_xenstore_count(const char *prefix);
void fake_xenstore_dump(void);
unsigned int fake_xenstore_commits(void);

#endif
