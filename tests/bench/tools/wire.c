/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both ends of the bench's connections. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define PORT 5000
#define MIB (1UL << 20)
#define TRIES 500

static struct sockaddr_in address_of(const char *text)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};

	inet_aton(text, &address.sin_addr);
	return address;
}

int wire_connect(const char *text)
{
	static const struct timespec turn = {.tv_nsec = 20000000};
	struct sockaddr_in address = address_of(text);

	for (int i = 0; i < TRIES; i++) {
		int peer = socket(AF_INET, SOCK_STREAM, 0);

		if (!connect(peer, (struct sockaddr *)&address, sizeof(address)))
			return peer;
		close(peer);
		nanosleep(&turn, NULL);
	}
	return -1;
}

int wire_order(int peer, enum wire_order order)
{
	char byte = (char)order;

	return write(peer, &byte, 1) == 1 ? 0 : -1;
}

int wire_send(int peer, uint8_t *buffer)
{
	for (uint64_t left = WIRE_MIB * MIB; left;) {
		ssize_t sent = write(peer, buffer, left < MIB ? left : MIB);

		if (sent <= 0)
			return -1;
		left -= (uint64_t)sent;
	}
	return 0;
}

int wire_take(int peer, uint8_t *buffer)
{
	for (uint64_t left = WIRE_MIB * MIB; left;) {
		ssize_t taken = read(peer, buffer, left < MIB ? left : MIB);

		if (taken <= 0)
			return -1;
		left -= (uint64_t)taken;
	}
	return 0;
}

int wire_take_mark(int peer)
{
	char byte;

	return read(peer, &byte, 1) == 1 ? 0 : -1;
}

/* Until the other end has gone. */
static void wire_obey(int peer, uint8_t *buffer)
{
	char order;

	while (read(peer, &order, 1) == 1) {
		int rc = order == WIRE_SEND ? wire_send(peer, buffer) : wire_take(peer, buffer);

		if (rc || (order == WIRE_TAKE && write(peer, "m", 1) != 1))
			return;
	}
}

int wire_serve(uint8_t *buffer)
{
	struct sockaddr_in address = address_of("0.0.0.0");
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 4))
		return -1;
	for (;;) {
		int peer = accept(listener, NULL, NULL);

		if (peer < 0)
			return -1;
		wire_obey(peer, buffer);
		close(peer);
	}
}
