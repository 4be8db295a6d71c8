/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A daemon that is killed at any moment, as its guests see it: every request is answered once, what
 * was answered is there, watches go on. The server runs in a child that is killed by a timer; the
 * guests' rings are memory shared with it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/journal.h"

#define NR_GUESTS 4
#define SECONDS 8

struct reply {
	struct xsd_sockmsg header;
	char payload[XENSTORE_PAYLOAD_MAX + 1];
};

static char folder[] = "/tmp/xenstored-crash-XXXXXX";
static char journal_path[64], slots_path[64];
static pid_t child;
static volatile sig_atomic_t was_killed;
static unsigned int nr_kills, nr_events, seed = 1;
static uint32_t last_id[NR_GUESTS + 1];

static struct xenstore_domain_interface *ring_of(int guest)
{
	return fake_domains[guest].ring;
}

static void make_home(struct server *server, uint16_t guest)
{
	struct permission owner = {.domid = guest};
	struct permissions *permissions = permissions_intern(&server->store.permissions, &owner, 1);
	struct account *account = account_get(&server->store.accounts, guest);
	struct path_step step;
	char path[16];

	snprintf(path, sizeof(path), "/g%u", guest);
	path_begin(&step, path);
	path_next(&step);
	store_link(&server->store, server->store.root,
		   node_create(step.name, step.len, NULL, permissions), step.hash, account);
	account_put(account);
	permissions_put(permissions);
}

/* Guests that no journal knows are introduced. */
static void serve_start(struct server *server, struct slots *slots)
{
	int error;

	if (server_init(server) || slots_open(slots, slots_path))
		_exit(2);
	server->hypervisor = fake_hypervisor();
	server->slots = slots;
	error = journal_load(server, journal_path);
	if (error && error != -ENOENT)
		_exit(3);
	domain_resume_all(server);
	server->journal = journal_open(server, journal_path);
	for (uint16_t guest = 1; guest <= NR_GUESTS; guest++) {
		if (domain_find(server, guest))
			continue;
		make_home(server, guest);
		if (domain_introduce(server, guest, 5))
			_exit(4);
		journal_commit(server->journal);
	}
}

static void serve(void)
{
	static struct slots slots;
	static struct server server;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	serve_start(&server, &slots);
	for (;;) {
		for (int guest = 1; guest <= NR_GUESTS; guest++)
			domain_handle_event(&server, 100 + guest);
		server_turn(&server);
		if (!server.journal)
			_exit(5);
		sched_yield();
	}
}

static void start_child(void)
{
	child = fork();
	if (!child)
		serve();
	assert_true(child > 0);
}

static void kill_child(int signal)
{
	(void)signal;
	kill(child, SIGKILL);
	was_killed = 1;
}

static void arm_timer(void)
{
	struct itimerval timer = {.it_value.tv_usec = 1 + rand_r(&seed) % 30000};

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* The guest has nothing to do: another process has its turn; a dead daemon gets a successor. */
static void pause_guest(void)
{
	int status;

	if (!waitpid(child, &status, WNOHANG)) {
		sched_yield();
		return;
	}
	if (WIFEXITED(status))
		print_message("the server ended with %d\n", WEXITSTATUS(status));
	assert_true(WIFSIGNALED(status) && was_killed);
	was_killed = 0;
	nr_kills++;
	start_child();
	arm_timer();
}

static void guest_put(int guest, const void *bytes, size_t len)
{
	struct xenstore_domain_interface *ring = ring_of(guest);

	for (size_t i = 0; i < len; i++) {
		uint32_t producer = ring->req_prod;

		while (producer - __atomic_load_n(&ring->req_cons, __ATOMIC_SEQ_CST) >=
		       XENSTORE_RING_SIZE)
			pause_guest();
		ring->req[MASK_XENSTORE_IDX(producer)] = ((const char *)bytes)[i];
		__atomic_store_n(&ring->req_prod, producer + 1, __ATOMIC_SEQ_CST);
	}
}

static void guest_take(int guest, void *bytes, size_t len)
{
	struct xenstore_domain_interface *ring = ring_of(guest);

	for (size_t i = 0; i < len; i++) {
		uint32_t consumer = ring->rsp_cons;

		while (__atomic_load_n(&ring->rsp_prod, __ATOMIC_SEQ_CST) == consumer)
			pause_guest();
		((char *)bytes)[i] = ring->rsp[MASK_XENSTORE_IDX(consumer)];
		__atomic_store_n(&ring->rsp_cons, consumer + 1, __ATOMIC_SEQ_CST);
	}
}

/* Replies carry the number of the request before them: none is given twice or left out. */
static const struct reply *ask(int guest, uint32_t type, uint32_t transaction, const void *payload,
			       size_t len)
{
	static struct reply reply;
	struct xsd_sockmsg header = {.type = type,
				     .req_id = ++last_id[guest],
				     .tx_id = transaction,
				     .len = (uint32_t)len};

	guest_put(guest, &header, sizeof(header));
	guest_put(guest, payload, len);
	do {
		guest_take(guest, &reply.header, sizeof(reply.header));
		assert_in_range(reply.header.len, 0, XENSTORE_PAYLOAD_MAX);
		guest_take(guest, reply.payload, reply.header.len);
		reply.payload[reply.header.len] = '\0';
		nr_events += reply.header.type == XS_WATCH_EVENT;
	} while (reply.header.type == XS_WATCH_EVENT);
	assert_int_equal(reply.header.req_id, header.req_id);
	if (reply.header.type != XS_ERROR)
		assert_int_equal(reply.header.type, type);
	return &reply;
}

static const struct reply *ask_path(int guest, uint32_t type, uint32_t transaction, int key,
				    const void *value, size_t len)
{
	static char payload[XENSTORE_PAYLOAD_MAX];
	int path_len = snprintf(payload, sizeof(payload), "/g%d/k%d", guest, key) + 1;

	memcpy(payload + path_len, value, len);
	return ask(guest, type, transaction, payload, (size_t)path_len + len);
}

static void expect(const struct reply *reply, const char *text)
{
	if (strcmp(reply->payload, text))
		print_message("type %u: '%s', not '%s'\n", reply->header.type, reply->payload,
			      text);
	assert_string_equal(reply->payload, text);
}

static void fill_value(char *value, size_t len, int number)
{
	int written = snprintf(value, len, "%d ", number);

	memset(value + written, 'a' + number % 26, len - (size_t)written);
}

/* Small and large values; what was said to be written is read back. */
static void write_and_read(int guest, int round)
{
	static const size_t sizes[] = {8, 200, 1100, 2000};
	static char value[4096];
	size_t len = sizes[round & 3];

	fill_value(value, len, round);
	value[len] = '\0';
	expect(ask_path(guest, XS_WRITE, 0, round & 15, value, len), "OK");
	expect(ask_path(guest, XS_READ, 0, round & 15, "", 0), value);
}

/* Each is there or is not: a second answer to the first request would be another. */
static void make_and_remove(int guest, int round)
{
	char watch[64];
	int len = snprintf(watch, sizeof(watch), "/g%d/k%d%ct%d", guest, round & 15, 0, round) + 1;

	expect(ask(guest, XS_WATCH, 0, watch, (size_t)len), "OK");
	expect(ask(guest, XS_WATCH, 0, watch, (size_t)len), "EEXIST");
	write_and_read(guest, round);
	expect(ask(guest, XS_UNWATCH, 0, watch, (size_t)len), "OK");
	expect(ask(guest, XS_UNWATCH, 0, watch, (size_t)len), "ENOENT");
}

/* A transaction adds one: a crash is told as EAGAIN, and nothing is added twice. */
static unsigned int add_one(int guest, int counter)
{
	unsigned int nr_again = 0;
	char text[16];

	for (;;) {
		uint32_t t = (uint32_t)strtoul(ask(guest, XS_TRANSACTION_START, 0, "", 1)->payload,
					       NULL, 10);
		const struct reply *reply = ask_path(guest, XS_READ, t, 99, "", 0);
		int number = reply->header.type == XS_ERROR ? 0 : atoi(reply->payload);
		int len = snprintf(text, sizeof(text), "%d", number + 1);

		assert_true(t > 0);
		expect(ask_path(guest, XS_WRITE, t, 99, text, (size_t)len), "OK");
		reply = ask(guest, XS_TRANSACTION_END, t, "T", 2);
		if (reply->header.type != XS_ERROR) {
			assert_int_equal(number, counter);
			return nr_again;
		}
		expect(reply, "EAGAIN");
		nr_again++;
	}
}

static void every_request_is_answered_once(void **state)
{
	time_t end = time(NULL) + SECONDS;
	unsigned int nr_again = 0;
	struct stat stat_buffer;
	int rounds = 0;

	(void)state;
	start_child();
	signal(SIGALRM, kill_child);
	arm_timer();
	while (time(NULL) < end) {
		for (int guest = 1; guest <= NR_GUESTS; guest++) {
			make_and_remove(guest, rounds);
			nr_again += add_one(guest, rounds);
		}
		rounds++;
	}
	signal(SIGALRM, SIG_IGN);
	if (!was_killed)
		kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(stat(journal_path, &stat_buffer), 0);
	assert_true(stat_buffer.st_size < 16 << 20);
	print_message("%u kills, %d rounds of %d guests, %u events, %u transactions again\n",
		      nr_kills, rounds, NR_GUESTS, nr_events, nr_again);
	assert_true(nr_kills > 10 && rounds > 10);
}

int main(void)
{
	const struct CMUnitTest cases[] = {cmocka_unit_test(every_request_is_answered_once)};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(journal_path, sizeof(journal_path), "%s/journal", folder);
	snprintf(slots_path, sizeof(slots_path), "%s/rings", folder);
	for (uint16_t guest = 1; guest <= NR_GUESTS; guest++) {
		struct fake_domain *domain = fake_domain_create(guest);

		free(domain->ring);
		domain->ring = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				    -1, 0);
	}
	failed = cmocka_run_group_tests_name("crash", cases, NULL, NULL);
	unlink(journal_path);
	unlink(slots_path);
	strcat(journal_path, ".new");
	unlink(journal_path);
	rmdir(folder);
	return failed;
}
