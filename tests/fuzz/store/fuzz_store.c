/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an instruction with any registers: decoding reads no further
 * than it is given, says the same when more bytes follow, and execution
 * changes nothing when memory refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "asm/emulate.h"
#include "hv/errno.h"

static uint64_t word;
static unsigned int nr_accesses;
static bool refuses;

static int memory_read(void *data, uint64_t address, unsigned int bytes, uint64_t *value)
{
	*value = bytes == 8 ? word : word & ((1UL << (8 * bytes)) - 1);
	return refuses ? -EFAULT : 0;
}

static int memory_write(void *data, uint64_t address, unsigned int bytes, uint64_t value)
{
	if (bytes != 8 && value >> (8 * bytes))
		abort();
	word = value;
	return refuses ? -EFAULT : 0;
}

static int memory_compare_exchange(void *data, uint64_t address, unsigned int bytes,
				   uint64_t *expected, uint64_t value)
{
	if (refuses)
		return -EFAULT;
	/* Someone else was faster, once. */
	if (nr_accesses++ == 0) {
		*expected ^= 1;
		return -EAGAIN;
	}
	return memory_write(data, address, bytes, value);
}

static const struct store_memory memory = {memory_read, memory_write, memory_compare_exchange,
					   NULL};

static void execute(const struct store *store, struct registers *r)
{
	struct registers before = *r;

	refuses = true;
	if (!store_execute(store, r, &memory) || memcmp(&before, r, sizeof(before)))
		abort();
	refuses = false;
	nr_accesses = 0;
	if (store_execute(store, r, &memory))
		abort();
	if (r->rip != before.rip && r->rip != before.rip + store->length_bytes)
		abort();
	if (r->rip == before.rip && !store->repeats)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct store_segments segments = {0x1000, 0x2000};
	struct registers r = {0};
	struct store store, again;
	uint8_t *code;
	size_t nr;
	int rc;

	if (size < 16)
		return 0;
	memcpy(&word, data, 8);
	for (unsigned int i = 0; i < offsetof(struct registers, error_code); i++)
		((uint8_t *)&r)[i] = data[8 + i % 8] + (uint8_t)(i / 8);
	r.rflags = data[0] & 1 ? 0x400 : 0;
	nr = size - 16;
	/* An allocation of its own, so that reading past the end is seen. */
	code = malloc(nr + 1);
	memcpy(code, data + 16, nr);
	code = realloc(code, nr ? nr : 1);
	rc = store_decode(code, nr, &r, &segments, &store);
	if (rc == 0) {
		if (store.length_bytes > MIN(nr, INSTRUCTION_MAX_BYTES) || !store.kind ||
		    (store.bytes & (store.bytes - 1)) || store.bytes > 8)
			abort();
		/* Its length is all that matters. */
		if (store_decode(code, store.length_bytes, &r, &segments, &again) ||
		    memcmp(&store, &again, sizeof(store)))
			abort();
		execute(&store, &r);
	} else if (rc != -ENODATA && rc != -EOPNOTSUPP) {
		abort();
	}
	if (rc == -ENODATA && nr >= INSTRUCTION_MAX_BYTES)
		abort();
	free(code);
	return 0;
}
