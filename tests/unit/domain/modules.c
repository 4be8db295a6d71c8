/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modules.h"
#include <stdio.h>
#include <string.h>
#include "hv/errno.h"

char modules_log[256];
int modules_fail_domain = -1, modules_fail_vcpu = -1, modules_restarts;

static int restarts_left[3];

__asm__(".pushsection .data\n"
	".globl domain_modules_start\n.globl domain_modules_end\n.balign 8\n"
	"domain_modules_start:\n.quad 0, 0, 0\ndomain_modules_end:\n.popsection");

static void note(char c)
{
	size_t used = strlen(modules_log);

	if (used + 1 < sizeof(modules_log))
		modules_log[used] = c;
}

void modules_log_clear(void)
{
	memset(modules_log, 0, sizeof(modules_log));
	for (int i = 0; i < 3; i++)
		restarts_left[i] = modules_restarts;
}

static int relinquish(int nr)
{
	if (restarts_left[nr]-- > 0)
		return -ERESTART;
	if (restarts_left[nr] == -1)
		note((char)('x' + nr));
	return 0;
}

/* It too comes again: once. */
static int drain(struct domain *d)
{
	static unsigned int calls;

	note('d');
	return ++calls % 2 ? -ERESTART : 0;
}

#define MODULE(nr, init, fini, init_v, fini_v)                                                 \
	static int init_domain_##nr(struct domain *d, const struct domain_create_arguments *a) \
	{                                                                                      \
		if (modules_fail_domain == nr)                                                 \
			return -ENOMEM;                                                        \
		note(init);                                                                    \
		return 0;                                                                      \
	}                                                                                      \
	static void fini_domain_##nr(struct domain *d)                                         \
	{                                                                                      \
		note(fini);                                                                    \
	}                                                                                      \
	static int init_vcpu_##nr(struct vcpu *v)                                              \
	{                                                                                      \
		if (modules_fail_vcpu == nr)                                                   \
			return -ENOMEM;                                                        \
		note(init_v);                                                                  \
		return 0;                                                                      \
	}                                                                                      \
	static void fini_vcpu_##nr(struct vcpu *v)                                             \
	{                                                                                      \
		note(fini_v);                                                                  \
	}                                                                                      \
	static int relinquish_##nr(struct domain *d)                                           \
	{                                                                                      \
		return relinquish(nr);                                                         \
	}

MODULE(0, 'a', 'A', '1', '!')
MODULE(1, 'b', 'B', '2', '"')
MODULE(2, 'c', 'C', '3', '#')

static void state_changed(struct domain *d)
{
	note('s');
}

#define ROW(nr)                                                                                   \
	{                                                                                         \
		.name = "test" #nr, .init_domain = init_domain_##nr, .init_vcpu = init_vcpu_##nr, \
		.relinquish = relinquish_##nr, .drain = (nr) == 2 ? drain : NULL,                 \
		.fini_vcpu = fini_vcpu_##nr, .fini_domain = fini_domain_##nr,                     \
		.state_changed = (nr) == 1 ? state_changed : NULL,                                \
	}

static const struct domain_module modules[3] = {ROW(0), ROW(1), ROW(2)};

void modules_install(void)
{
	const struct domain_module **rows = (void *)(uintptr_t)domain_modules_start;

	for (int i = 0; i < 3; i++)
		rows[i] = &modules[i];
}
