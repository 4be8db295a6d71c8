/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that writes whatever it likes into its console page between our steps: nothing is read or
 * written outside the page, what is read is what lies there, and a history with a slow reader never
 * gives a byte twice or in another order.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "consoled/history.h"
#include "consoled/ring.h"

struct run {
	struct xencons_interface *page;
	struct ring ring;
	struct history history;
	uint64_t position, read;
};

static uint32_t take_word(const uint8_t **data, size_t *size)
{
	uint32_t word = 0;
	size_t bytes = *size < sizeof(word) ? *size : sizeof(word);

	memcpy(&word, *data, bytes);
	*data += bytes;
	*size -= bytes;
	return word;
}

static void check_read(struct run *run, size_t room)
{
	char text[4096];
	ssize_t bytes = ring_read(&run->ring, text, room % sizeof(text));

	if (bytes < 0)
		return;
	if ((size_t)bytes > RING_OUT_BYTES)
		abort();
	for (ssize_t i = 0; i < bytes; i++)
		if (text[i] != run->page->out[(run->ring.out_cons + i) % RING_OUT_BYTES])
			abort();
	history_append(&run->history, text, bytes);
	ring_advance(&run->ring, bytes);
	run->read += bytes;
	if (run->history.end != run->read)
		abort();
}

static void check_history(struct run *run, size_t most)
{
	uint64_t before = run->position, lost;
	const char *text;
	size_t bytes = history_read(&run->history, &run->position, &text, &lost);

	if (run->position != before + lost || run->position + bytes > run->history.end)
		abort();
	run->position += bytes < most ? bytes : most;
}

static void step(struct run *run, uint32_t word)
{
	static const char input[2000];

	switch (word % 8) {
	case 0:
		run->page->out_prod = word >> 3;
		break;
	case 1:
		run->page->out_prod += (word >> 3) % 2100;
		break;
	case 2:
		run->page->in_cons = word;
		break;
	case 3:
		run->page->out_cons = run->page->in_prod = word;
		break;
	case 4:
		run->page->out[(word >> 3) % RING_OUT_BYTES] = word >> 16;
		break;
	case 5:
		check_read(run, word >> 3);
		break;
	case 6:
		if (ring_write(&run->ring, input, (word >> 3) % sizeof(input)) > 1024)
			abort();
		break;
	case 7:
		check_history(run, word >> 3);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run run = {.page = calloc(1, sizeof(*run.page))};

	run.page->out_cons = run.page->out_prod = take_word(&data, &size);
	ring_attach(&run.ring, run.page);
	history_init(&run.history, 8192);
	while (size)
		step(&run, take_word(&data, &size));
	history_fini(&run.history);
	free(run.page);
	return 0;
}
