/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be known of a ring after the daemon was killed: the bytes taken from it that were not
 * answered, and the message that is being put into it.
 *
 * A slot lies in a file mapped shared, one a domain, so it outlives the process. Its two states
 * take turns: the spare one is filled, then one store makes it the valid one, before the ring's own
 * index moves. So there is no moment at which a byte is neither in the ring nor here.
 */
#ifndef XENSTORED_SLOT_H
#define XENSTORED_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "xenstored/connection.h"

struct slot_state {
	uint32_t in_len;    /* bytes at in, of a request that no reply was begun for */
	uint32_t consumer;  /* the ring's index behind them */
	uint32_t answered;  /* consumer of the last request that a reply was begun for */
	uint32_t out_len;   /* of the last message begun, at out */
	uint32_t out_start; /* the ring's index at its begin */
	uint32_t unused;
};

struct slot {
	uint32_t current;
	uint32_t unused;
	struct slot_state states[2];
	char in[MESSAGE_MAX];
	char out[MESSAGE_MAX];
};

struct slots {
	int fd; /* negative: slots are in the process' own memory */
	char *bytes;
};

/* Opens the file and locks it against another daemon: -EBUSY when there is one. */
int slots_open(struct slots *slots, const char *path);

/* Closes the file. */
void slots_close(struct slots *slots);

/* A domain's slot; NULL without memory. slots may be NULL. */
struct slot *slot_get(struct slots *slots, uint16_t domid);

/* Gives a slot's memory back. */
void slot_put(struct slots *slots, struct slot *slot, uint16_t domid);

/* The valid state, with lengths within bounds whatever the file holds. */
struct slot_state slot_state(const struct slot *slot);

/* Makes this the valid state. */
void slot_set_state(struct slot *slot, const struct slot_state *state);

/* Keeps bytes that were read at in_len of a request and end at consumer. */
void slot_keep_input(struct slot *slot, uint32_t in_len, const void *bytes, uint32_t len,
		     uint32_t consumer);

/* Keeps a message that begins at start; a reply ends the request that it answers. */
void slot_keep_output(struct slot *slot, const void *bytes, uint32_t len, uint32_t start,
		      bool is_reply);

#endif
