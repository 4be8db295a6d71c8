/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the stand-in xenstored's tree and the wires to it. */
#ifndef TEST_FAKE_XENSTORE_WIRE_H
#define TEST_FAKE_XENSTORE_WIRE_H

#include "libstore/store_wire.h"

/* A request, to be answered at once. */
void fake_handle(struct store_wire *wire, uint32_t type, const char *payload, size_t length);

void fake_reply(struct store_wire *wire, uint32_t type, const void *bytes, size_t length);
void fake_refuse(struct store_wire *wire, const char *error);
void fake_agree(struct store_wire *wire, uint32_t type);
/* Tells watches of a change. */
void fake_fire(const char *path);
void fake_watch(struct store_wire *wire, const char *path, const char *token);
void fake_unwatch(struct store_wire *wire, const char *path, const char *token);

#endif
