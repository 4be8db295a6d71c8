/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * top: the domains, again and again, on a whole terminal or line after line (-b).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tl/command.h"
#include "tl/domain_state.h"
#include "tl/top_sample.h"

enum { OPTION_BATCH, OPTION_ITERATIONS, OPTION_DELAY, OPTION_FULL };

static const struct command_option options[] = {
	[OPTION_BATCH] = {'b', "batch", NULL, "line after line, for files and pipes"},
	[OPTION_ITERATIONS] = {'i', "iterations", "COUNT", "end after so many"},
	[OPTION_DELAY] = {'d', "delay", "SECONDS", "between two of them; 3 otherwise"},
	[OPTION_FULL] = {'f', "full-name", NULL, "names are not cut"},
	{0, NULL, NULL, NULL},
};

struct top {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	struct top_sample sample;
	int64_t left, delay; /* iterations, 0: no end; seconds */
	bool batch, ended;
	char order; /* the key of the column that domains are sorted by */
	unsigned int rows;
	int timer, signals;
};

static int compare_numbers(double a, double b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int compare_ids(const void *a, const void *b)
{
	const struct top_domain *left = a, *right = b;

	return (int)left->info.domain - (int)right->info.domain;
}

static int compare_names(const void *a, const void *b)
{
	const struct top_domain *left = a, *right = b;

	return strcmp(left->name ? left->name : "", right->name ? right->name : "");
}

static int compare_shares(const void *a, const void *b)
{
	const struct top_domain *left = a, *right = b;

	return compare_numbers(left->cpu_percent, right->cpu_percent);
}

static int compare_memory(const void *a, const void *b)
{
	const struct top_domain *left = a, *right = b;

	return compare_numbers((double)left->info.tot_pages, (double)right->info.tot_pages);
}

static const struct {
	char key;
	int (*compare)(const void *a, const void *b);
} orders[] = {
	{'i', compare_ids},
	{'n', compare_names},
	{'c', compare_shares},
	{'m', compare_memory},
};

static void sort_domains(struct top *top)
{
	for (size_t n = 0; n < sizeof(orders) / sizeof(orders[0]); n++)
		if (orders[n].key == top->order)
			qsort(top->sample.domains, top->sample.count, sizeof(*top->sample.domains),
			      orders[n].compare);
}

static const char *line_end(const struct top *top)
{
	return top->batch ? "\n" : "\033[K\n";
}

static void print_domain(const struct top *top, const struct top_domain *domain)
{
	const struct xen_domctl_getdomaininfo *info = &domain->info;
	const char *name = domain->name ? domain->name : "(null)";
	double all = (double)top->sample.machine.total_pages;
	bool is_full = invocation_option(top->invocation, OPTION_FULL);
	char state[DOMAIN_STATE_BYTES], maximum[24];

	/* dom0's limit is none at all. */
	if (info->max_pages * 4 < UINT32_MAX)
		snprintf(maximum, sizeof(maximum), "%llu", (unsigned long long)info->max_pages * 4);
	else
		strcpy(maximum, "no limit");
	domain_state_format(info, state);
	printf("%10.*s %6s %10.0f %6.1f %10llu %6.1f %10s %9.1f %5u %4u %8llu %8llu %4u %8llu "
	       "%8llu %8llu %10llu %10llu %4u%s",
	       is_full ? 1000 : 10, name, state, (double)info->cpu_time / 1e9, domain->cpu_percent,
	       (unsigned long long)info->tot_pages * 4, 100 * (double)info->tot_pages / all,
	       maximum, maximum[0] == 'n' ? 100 : 100 * (double)info->max_pages / all,
	       info->nr_online_vcpus, domain->nr_vifs,
	       (unsigned long long)domain->sent_bytes / 1024,
	       (unsigned long long)domain->received_bytes / 1024, domain->nr_vbds,
	       (unsigned long long)domain->stalls, (unsigned long long)domain->reads,
	       (unsigned long long)domain->writes, (unsigned long long)domain->read_sectors,
	       (unsigned long long)domain->written_sectors, info->ssidref, line_end(top));
}

static void print_columns(const struct top *top)
{
	printf("%10s %6s %10s %6s %10s %6s %10s %9s %5s %4s %8s %8s %4s %8s %8s %8s %10s %10s "
	       "%4s%s",
	       "NAME", "STATE", "CPU(sec)", "CPU(%)", "MEM(k)", "MEM(%)", "MAXMEM(k)", "MAXMEM(%)",
	       "VCPUS", "NETS", "NETTX(k)", "NETRX(k)", "VBDS", "VBD_OO", "VBD_RD", "VBD_WR",
	       "VBD_RSECT", "VBD_WSECT", "SSID", line_end(top));
}

static void print_machine(const struct top *top)
{
	const struct xen_sysctl_physinfo *machine = &top->sample.machine;
	time_t now = time(NULL);
	char clock[16];
	struct tm day;

	localtime_r(&now, &day);
	strftime(clock, sizeof(clock), "%H:%M:%S", &day);
	printf("%s top - %s%s%u domains, memory %lluk, %lluk of it free, %u CPUs at %u MHz%s",
	       top->invocation->program, clock, line_end(top), top->sample.count,
	       (unsigned long long)machine->total_pages * 4,
	       (unsigned long long)machine->free_pages * 4, machine->nr_cpus,
	       machine->cpu_khz / 1000, line_end(top));
}

static void show_sample(struct top *top)
{
	unsigned int room = UINT32_MAX;

	sort_domains(top);
	if (!top->batch) {
		printf("\033[H");
		print_machine(top);
		room = top->rows > 4 ? top->rows - 4 : 1;
	}
	print_columns(top);
	for (uint32_t n = 0; n < top->sample.count && n < room; n++)
		print_domain(top, &top->sample.domains[n]);
	if (!top->batch)
		printf("\033[Jq quits; sorted by: i number, n name, c CPU, m memory");
	fflush(stdout);
}

static int take_sample(struct top *top)
{
	struct top_sample next;

	if (top_sample_take(top->ctl, top->store, top->sample.domains ? &top->sample : NULL, &next))
		return invocation_fail_errno(top->invocation, "asking about domains",
					     "the hypervisor");
	top_sample_free(&top->sample);
	top->sample = next;
	show_sample(top);
	top->ended = top->left && !--top->left;
	return ferror(stdout) ? -1 : 0;
}

static void take_key(struct top *top)
{
	char key;

	if (read(STDIN_FILENO, &key, 1) != 1 || key == 'q') {
		top->ended = true;
		return;
	}
	top->order = key;
	show_sample(top);
}

static void measure_terminal(struct top *top)
{
	struct winsize size;

	top->rows = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row ? 24 : size.ws_row;
}

static void take_signal(struct top *top)
{
	struct signalfd_siginfo signal;

	if (read(top->signals, &signal, sizeof(signal)) != sizeof(signal) ||
	    signal.ssi_signo != SIGWINCH) {
		top->ended = true;
		return;
	}
	measure_terminal(top);
	show_sample(top);
}

static int turn(struct top *top)
{
	struct pollfd polled[] = {
		{.fd = top->timer, .events = POLLIN},
		{.fd = top->signals, .events = POLLIN},
		{.fd = top->batch ? -1 : STDIN_FILENO, .events = POLLIN},
	};
	uint64_t ticks;

	if (poll(polled, 3, -1) < 0)
		return errno == EINTR ? 0
				      : invocation_fail_errno(top->invocation, "waiting", "top");
	if (polled[1].revents)
		take_signal(top);
	else if (polled[2].revents)
		take_key(top);
	else if (polled[0].revents && read(top->timer, &ticks, sizeof(ticks)) == sizeof(ticks))
		return take_sample(top);
	return 0;
}

static int open_events(struct top *top, sigset_t *before)
{
	struct itimerspec period = {{top->delay, 0}, {top->delay, 0}};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (!top->batch)
		sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, before);
	top->signals = signalfd(-1, &set, SFD_CLOEXEC);
	top->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (top->signals < 0 || top->timer < 0 || timerfd_settime(top->timer, 0, &period, NULL))
		return invocation_fail_errno(top->invocation, "starting", "top");
	return 0;
}

static int follow(struct top *top)
{
	sigset_t signals;
	int ret = open_events(top, &signals);

	if (!ret)
		ret = take_sample(top);
	while (!ret && !top->ended)
		ret = turn(top);
	close(top->timer);
	close(top->signals);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	return ret;
}

/* The terminal's other screen, keys as they are pressed; all as before afterwards. */
static int follow_on_terminal(struct top *top)
{
	struct termios before, keys;
	int ret;

	if (tcgetattr(STDIN_FILENO, &before))
		return invocation_refuse(top->invocation, "the terminal",
					 "there is none: -b is for files and pipes");
	keys = before;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &keys);
	printf("\033[?1049h\033[?25l");
	measure_terminal(top);
	ret = follow(top);
	printf("\033[?25h\033[?1049l");
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	return ret;
}

static int run_top(struct invocation *invocation)
{
	struct top top = {
		.invocation = invocation,
		.batch = invocation_option(invocation, OPTION_BATCH),
		.order = 'i',
	};
	int ret;

	if (invocation_number(invocation, OPTION_ITERATIONS, 1, INT32_MAX, 0, &top.left) ||
	    invocation_number(invocation, OPTION_DELAY, 1, 86400, 3, &top.delay) ||
	    invocation_open_ctl(invocation, &top.ctl))
		return -1;
	if (invocation_open_store(invocation, &top.store))
		invocation->failure.code = FAILURE_NONE;
	ret = top.batch ? follow(&top) : follow_on_terminal(&top);
	top_sample_free(&top.sample);
	return ret;
}

COMMAND(top) = {
	.name = "top",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT,
	.operands = "",
	.summary = "watch domains and what they use",
	.description =
		"Columns are those of xentop(1). CPU(%) is the share of one CPU since the line "
		"before; the first lines have none. NETTX and NETRX are as the guest sees "
		"it.",
	.options = options,
	.run = run_top,
};
