/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a client of consoled's socket asks for: one line of JSON. Unknown keys are refused, so that
 * a newer client learns that an older consoled does not know what it wants.
 */
#ifndef CONSOLED_REQUEST_H
#define CONSOLED_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_BYTES 1024 /* longest line, its end included */

enum request_kind { REQUEST_ATTACH, REQUEST_LIST, REQUEST_SET };

/* Keys of "set": absent ones stay as they are. */
struct request_set {
	bool has_rotate_bytes, has_rotate_count, has_timestamps, reopen;
	uint64_t rotate_bytes;
	unsigned int rotate_count;
	bool timestamps;
};

struct request {
	enum request_kind kind;
	bool of_hypervisor;
	uint32_t domid, number;
	bool write;	  /* default true */
	uint64_t history; /* default all there is */
	struct request_set set;
};

/* NULL, or what is wrong with the line, as a sentence's end. */
const char *request_parse(const char *line, size_t bytes, struct request *request);

#endif
