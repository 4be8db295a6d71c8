/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots in a file, and the turns of their states. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xenstored/slot.h"

#define SLOT_BYTES ((sizeof(struct slot) + 4095) & ~(size_t)4095)
#define SLOTS_BYTES (SLOT_BYTES * DOMAIN_FIRST_RESERVED)

int slots_open(struct slots *slots, const char *path)
{
	int error = 0;

	slots->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (slots->fd < 0)
		return -errno;
	if (flock(slots->fd, LOCK_EX | LOCK_NB))
		error = -EBUSY;
	else if (ftruncate(slots->fd, (off_t)SLOTS_BYTES))
		error = -errno;
	if (!error) {
		slots->bytes = mmap(NULL, SLOTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
				    slots->fd, 0);
		error = slots->bytes == MAP_FAILED ? -errno : 0;
	}
	if (!error)
		return 0;
	close(slots->fd);
	slots->fd = -1;
	return error;
}

void slots_close(struct slots *slots)
{
	munmap(slots->bytes, SLOTS_BYTES);
	close(slots->fd);
	slots->fd = -1;
}

struct slot *slot_get(struct slots *slots, uint16_t domid)
{
	off_t at = (off_t)(domid * SLOT_BYTES);

	if (!slots)
		return calloc(1, sizeof(struct slot));
	/* What has no memory now would kill the process later; a file system that cannot promise
	 * any does not take it back either. */
	if (fallocate(slots->fd, FALLOC_FL_KEEP_SIZE, at, SLOT_BYTES) && errno != EOPNOTSUPP)
		return NULL;
	return (struct slot *)(void *)(slots->bytes + at);
}

void slot_put(struct slots *slots, struct slot *slot, uint16_t domid)
{
	if (!slots) {
		free(slot);
		return;
	}
	memset(slot, 0, offsetof(struct slot, in));
	fallocate(slots->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		  (off_t)(domid * SLOT_BYTES), SLOT_BYTES);
}

struct slot_state slot_state(const struct slot *slot)
{
	struct slot_state state = slot->states[slot->current & 1];

	if (state.in_len > MESSAGE_MAX)
		state.in_len = 0;
	if (state.out_len > MESSAGE_MAX)
		state.out_len = 0;
	return state;
}

void slot_set_state(struct slot *slot, const struct slot_state *state)
{
	uint32_t spare = !(slot->current & 1);

	slot->states[spare] = *state;
	__atomic_store_n(&slot->current, spare, __ATOMIC_RELEASE);
}

void slot_keep_input(struct slot *slot, uint32_t in_len, const void *bytes, uint32_t len,
		     uint32_t consumer)
{
	struct slot_state state = slot_state(slot);

	memcpy(slot->in + in_len, bytes, len);
	state.in_len = in_len + len;
	state.consumer = consumer;
	slot_set_state(slot, &state);
}

void slot_keep_output(struct slot *slot, const void *bytes, uint32_t len, uint32_t start,
		      bool is_reply)
{
	struct slot_state state = slot_state(slot);

	memcpy(slot->out, bytes, len);
	state.out_len = len;
	state.out_start = start;
	if (is_reply) {
		state.in_len = 0;
		state.answered = state.consumer;
	}
	slot_set_state(slot, &state);
}
