/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemons of each side. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xenstore.h>

#include "bench.h"

#define PATIENCE 2000 /* turns of 10 ms */

static void wait_for_store(void)
{
	static const struct timespec turn = {.tv_nsec = 10000000};
	struct xs_handle *store = NULL;

	for (int i = 0; i < PATIENCE && !(store = xs_open(XS_OPEN_SOCKETONLY)); i++)
		nanosleep(&turn, NULL);
	expect(store, "a daemon of the store that answers");
	xs_close(store);
}

static void start_ours(void)
{
	struct xs_handle *store;

	run_service((char *[]){"/usr/sbin/xenstored", "--ready-fd", "9", NULL});
	store = xs_open(XS_OPEN_SOCKETONLY);
	expect(store && xs_write(store, XBT_NULL, "/local/domain/0/domid", "0", 1) &&
		       xs_write(store, XBT_NULL, "/local/domain/0/name", "Domain-0", 8),
	       "dom0's nodes");
	xs_close(store);
	run_service((char *[]){"/usr/sbin/consoled", "--log-dir", "/var/log/xen/console",
			       "--ready-fd", "9", NULL});
	run_service((char *[]){"/usr/sbin/trestle-monitor", "--ready-fd", "9", NULL});
}

/* The other one of the peer's, alone and then gone. */
static void measure_oxenstored(void)
{
	pid_t pid = start((char *[]){"oxenstored", "--no-fork", "--no-domain-init", NULL});

	wait_for_store();
	bench_store("oxenstored");
	kill(pid, SIGKILL);
	finish(pid);
	unlink("/run/xenstored/socket");
	unlink("/run/xenstored/socket_ro");
}

static void start_peer(void)
{
	write_file("/etc/xen/oxenstored.conf", "quota-transaction = 100\n");
	if (atoi(word_of("bench.oxenstored", "0")))
		measure_oxenstored();
	run((char *[]){"/usr/lib/xen-4.17/bin/xenstored", "--pid-file", "/run/xenstored.pid",
		       NULL});
	wait_for_store();
	run((char *[]){"xen-init-dom0", NULL});
	run((char *[]){"xenconsoled", "--log=guest", "--pid-file=/run/xenconsoled.pid", NULL});
}

void services_start(enum side side)
{
	if (side == SIDE_OURS)
		start_ours();
	else
		start_peer();
}
