/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP between dom0 and guests in the bench of tools. The one that measures connects and orders; the
 * other serves one connection after another. Functions give 0, a descriptor, or -1 with errno.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

#define WIRE_DOM0 "192.168.77.1"
#define WIRE_CLIENT "192.168.77.2"
#define WIRE_SERVER "192.168.77.3"
#define WIRE_MIB 32UL

enum wire_order {
	WIRE_TAKE = 't', /* all MiB, then answer with a mark */
	WIRE_SEND = 's',
};

int wire_connect(const char *address);
int wire_order(int peer, enum wire_order order);
/* buffer: of 1 MiB, in all of these */
int wire_send(int peer, uint8_t *buffer);
int wire_take(int peer, uint8_t *buffer);
int wire_take_mark(int peer);
/* Comes back only if it fails. */
int wire_serve(uint8_t *buffer);

#endif
