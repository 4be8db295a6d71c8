/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal with any content, and slots and rings with any: refused or taken over, and the server
 * goes on and can be ended. The first byte chooses: a file as it is, or records without the frame
 * whose checksums a fuzzer does not find; the second gives how much is the slot of domain 1.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/journal.h"
#include "xenstored/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slots slots = {.fd = -1};

static void fill_slot(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/fuzz-rings-XXXXXX";

	if (slots.fd < 0) {
		close(mkstemp(path));
		if (slots_open(&slots, path))
			abort();
		unlink(path);
	}
	memcpy(slot_get(&slots, 1), data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server server;
	size_t slot_bytes;
	char *bytes;
	int error;

	if (size < 2)
		return 0;
	slot_bytes = data[1] < size - 2 ? data[1] : size - 2;
	fill_slot(data + 2, slot_bytes);
	bytes = malloc(size);
	memcpy(bytes, data + 2 + slot_bytes, size - 2 - slot_bytes);
	if (server_init(&server))
		abort();
	server.hypervisor = fake_hypervisor();
	server.slots = &slots;
	fake_domain_create(1);
	fake_domain_create(2);
	error = data[0] & 1 ? journal_replay(&server, bytes, size - 2 - slot_bytes)
			    : state_replay(&server, bytes, size - 2 - slot_bytes);
	if (!error) {
		domain_resume_all(&server);
		for (int i = 0; i < 4; i++) {
			domain_handle_event(&server, 101);
			server_turn(&server);
		}
		domain_check_all(&server);
	}
	if (!error && store_check(&server.store))
		abort();
	domain_release_all(&server);
	server_fini(&server);
	fake_reset();
	free(bytes);
	return 0;
}
