/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a client of the store waits for. */
#include <stdio.h>
#include <stdlib.h>

#include <xenstore.h>

#include "bench.h"

#define TURNS 200
#define NODES 16

static struct xs_handle *store;

static void read_one(unsigned int turn)
{
	unsigned int length;
	void *value = xs_read(store, XBT_NULL, "/bench/read", &length);

	expect(value && length == 5, "a node's value");
	free(value);
}

static void write_one(unsigned int turn)
{
	expect(xs_write(store, XBT_NULL, "/bench/write", "value", 5), "writing a node");
}

static void change(unsigned int turn, unsigned int nodes)
{
	xs_transaction_t transaction = xs_transaction_start(store);
	char path[64];

	expect(transaction, "a transaction");
	for (unsigned int i = 0; i < nodes; i++) {
		snprintf(path, sizeof(path), "/bench/%u/%u", turn % 8, i);
		expect(xs_write(store, transaction, path, "value", 5), "writing a node");
	}
	expect(xs_transaction_end(store, transaction, false), "a transaction's end");
}

static void change_one(unsigned int turn)
{
	change(turn, 1);
}

static void change_many(unsigned int turn)
{
	change(turn, NODES);
}

static void measure(const char *what, const char *daemon, void (*call)(unsigned int))
{
	char name[80];
	uint64_t begin;

	for (unsigned int i = 0; i < TURNS / 10; i++)
		call(i);
	begin = now();
	for (unsigned int i = 0; i < TURNS; i++)
		call(i);
	snprintf(name, sizeof(name), "%s: %s", daemon, what);
	print_row(name, (double)(now() - begin) / TURNS);
}

void bench_store(const char *daemon)
{
	store = xs_open(XS_OPEN_SOCKETONLY);
	expect(store && xs_write(store, XBT_NULL, "/bench/read", "value", 5), "the store");
	measure("read", daemon, read_one);
	measure("write", daemon, write_one);
	measure("transaction of 1 write", daemon, change_one);
	measure("transaction of 16 writes", daemon, change_many);
	expect(xs_rm(store, XBT_NULL, "/bench"), "removing a tree");
	xs_close(store);
}
