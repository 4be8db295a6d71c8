/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of creation, and what each leaves to be undone.
 */
#include "libdom/create.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libdom/creation.h"
#include "libdom/domain.h"
#include "libdom/introduce.h"
#include "libdom/runtime.h"

static const int end_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define NR_END_SIGNALS (sizeof(end_signals) / sizeof(end_signals[0]))

static volatile sig_atomic_t interrupted;

static void note_signal(int number)
{
	interrupted = number;
}

static void creation_describe(const struct creation *creation, char *object, size_t bytes)
{
	if (creation->domid)
		snprintf(object, bytes, "domain %u (%s)", creation->domid, creation->plan->name);
	else
		snprintf(object, bytes, "domain %s", creation->plan->name);
}

int creation_fail(struct creation *creation, enum failure_code code, const char *cause,
		  const char *next)
{
	char object[160];

	creation_describe(creation, object, sizeof(object));
	return failure_set(creation->failure, code, creation->step, object, cause, next);
}

int creation_fail_errno(struct creation *creation, const char *next)
{
	int error = errno;
	char object[160];

	creation_describe(creation, object, sizeof(object));
	return failure_set_errno(creation->failure,
				 error == ENOMEM ? FAILURE_NO_MEMORY : FAILURE_REFUSED, error,
				 creation->step, object, next);
}

bool creation_is_interrupted(struct creation *creation)
{
	if (!interrupted)
		return false;
	creation_fail(creation, FAILURE_GENERAL, "interrupted by a signal", "");
	return true;
}

static void report(struct creation *creation, uint64_t done, uint64_t total)
{
	const struct create_request *request = creation->request;

	if (request->progress)
		request->progress(request->progress_context, creation->step, done, total);
}

static void report_amount(void *context, uint64_t done, uint64_t total)
{
	report(context, done, total);
}

static int open_kernel(struct creation *creation)
{
	int ret;

	build_kernel_watch(report_amount, creation);
	ret = plan_open_kernel(creation->plan, &creation->kernel, creation->failure);
	build_kernel_watch(NULL, NULL);
	return ret;
}

static void close_kernel(struct creation *creation)
{
	build_kernel_close(creation->kernel);
	creation->kernel = NULL;
}

static void drop_lock(struct creation *creation)
{
	if (creation->lock >= 0)
		runtime_unlock(creation->lock);
	creation->lock = -1;
}

static int take_lock(struct creation *creation)
{
	return runtime_lock(creation->request->settings->lockfile, &creation->lock,
			    creation->failure);
}

static int claim_name(struct creation *creation)
{
	struct failure none = {0};
	uint32_t other;

	if (!domain_find(creation->ctl, creation->store, creation->plan->name, &other, &none)) {
		char cause[80];

		snprintf(cause, sizeof(cause), "domain %u has this name", other);
		return creation_fail(creation, FAILURE_BUSY, cause,
				     "choose another name, or destroy that one");
	}
	if (none.code == FAILURE_NOT_FOUND)
		return 0;
	*creation->failure = none;
	return -1;
}

static int claim_disks(struct creation *creation)
{
	struct plan *plan = creation->request->plan;

	if (device_check(plan->disks, plan->nr_disks, plan->vifs, plan->nr_vifs, creation->failure))
		return -1;
	return device_claim_disks(creation->store, plan->disks, plan->nr_disks, STORE_NOBODY,
				  &creation->claim, creation->failure);
}

static void release_disks(struct creation *creation)
{
	device_claim_release(creation->claim);
	creation->claim = NULL;
}

static void destroy_domain(struct creation *creation)
{
	ctl_domain_destroy(creation->ctl, creation->domid);
	creation->domid = 0;
}

/* Held until the creation has ended, well or not: who wants to destroy the domain waits for that,
 * and finds all of it or nothing. */
static int lock_domain(struct creation *creation)
{
	creation->locked_domid = creation->domid;
	return runtime_lock_domain(creation->domid, &creation->domain_lock, creation->failure);
}

static void unlock_domain(struct creation *creation, bool is_gone)
{
	if (creation->domain_lock >= 0)
		runtime_unlock_domain(creation->locked_domid, creation->domain_lock, is_gone);
}

static int write_state(struct creation *creation, bool complete)
{
	struct runtime_state state = {
		.domid = creation->domid,
		.created = time(NULL),
		.complete = complete,
		.attended = creation->request->attended,
		.restarted = creation->request->restarted,
		.plan = *creation->plan,
	};

	return runtime_write_state(&state, creation->failure);
}

static int begin_state(struct creation *creation)
{
	return write_state(creation, false);
}

static void remove_state(struct creation *creation)
{
	runtime_remove_state(creation->domid);
}

/* What domain_clear() does beyond this is other steps'. */
static void remove_nodes(struct creation *creation)
{
	store_remove(creation->store, "/local/domain/%u", creation->domid);
	store_remove(creation->store, "/libxl/%u", creation->domid);
	store_remove(creation->store, "/vm/%s", creation->plan->uuid);
}

static int write_nodes(struct creation *creation)
{
	int ret = creation_write_nodes(creation);

	/* The name can be seen: nobody else takes it now. */
	drop_lock(creation);
	return ret;
}

static int build(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct build_request request = {
		.domid = creation->domid,
		.kernel = creation->kernel,
		.ramdisk = plan->ramdisk,
		.command_line = plan->command_line,
		.memory_kib = (uint64_t)plan->memory_kib,
		.maximum_kib = (uint64_t)plan->maximum_kib,
		.nr_vcpus = (uint32_t)plan->max_vcpus,
		.progress = report_amount,
		.progress_context = creation,
	};

	if (build_pv(creation->ctl, &request, &creation->built, creation->failure))
		return -1;
	if (plan->claim && ctl_domain_claim_pages(creation->ctl, creation->domid, 0))
		return creation_fail_errno(creation, "");
	return 0;
}

static int introduce(struct creation *creation)
{
	return introduce_domain(creation->store, creation->domid, creation->built.store_frame,
				creation->built.store_port, creation->failure);
}

static void release(struct creation *creation)
{
	struct failure ignored = {0};

	/* The console's page is let go at the release, if the domain is dying by then. */
	ctl_domain_destroy(creation->ctl, creation->domid);
	introduce_end(creation->store, creation->domid, &ignored);
}

static int attach_devices(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct device_request request = {
		.domid = creation->domid,
		.name = plan->name,
		.disks = plan->disks,
		.nr_disks = plan->nr_disks,
		.vifs = plan->vifs,
		.nr_vifs = plan->nr_vifs,
	};

	if ((plan->nr_disks || plan->nr_vifs) &&
	    device_attach(creation->store, &request, creation->failure))
		return -1;
	/* The nodes say now who uses the images. */
	release_disks(creation);
	return 0;
}

static void remove_devices(struct creation *creation)
{
	struct failure ignored = {0};

	device_remove_all(creation->store, creation->domid, 0, &ignored);
}

static int end_state(struct creation *creation)
{
	return write_state(creation, true);
}

static int unpause(struct creation *creation)
{
	if (creation->request->paused)
		return 0;
	if (ctl_domain_unpause(creation->ctl, creation->domid))
		return creation_fail_errno(creation, "");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct creation *creation);
	void (*undo)(struct creation *creation);
} steps[] = {
	{"reading the kernel", open_kernel, close_kernel},
	{"finding memory", creation_find_memory, NULL},
	{"locking", take_lock, drop_lock},
	{"claiming the name", claim_name, NULL},
	{"claiming the disks", claim_disks, release_disks},
	{"creating the domain", creation_make_domain, destroy_domain},
	{"locking the domain", lock_domain, NULL},
	{"writing the state file", begin_state, remove_state},
	{"writing the store", write_nodes, remove_nodes},
	{"setting limits", creation_set_limits, NULL},
	{"placing vcpus", creation_set_placement, NULL},
	{"building", build, NULL},
	{"writing the rings", creation_write_rings, NULL},
	{"introducing the domain", introduce, release},
	{"attaching devices", attach_devices, remove_devices},
	{"completing the state file", end_state, NULL},
	{"starting the guest", unpause, NULL},
};
#define NR_STEPS (sizeof(steps) / sizeof(steps[0]))

static int run_steps(struct creation *creation, size_t *taken)
{
	for (*taken = 0; *taken < NR_STEPS; ++*taken) {
		creation->step = steps[*taken].name;
		report(creation, 0, 0);
		if (steps[*taken].run(creation))
			return -1;
		if (creation_is_interrupted(creation)) {
			++*taken;
			return -1;
		}
	}
	return 0;
}

static void undo_steps(struct creation *creation, size_t taken)
{
	while (taken-- > 0)
		if (steps[taken].undo)
			steps[taken].undo(creation);
}

int create_domain(const struct create_request *request, uint32_t *domid, struct failure *failure)
{
	struct sigaction noted = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
	struct sigaction before[NR_END_SIGNALS];
	struct creation creation = {
		.request = request,
		.ctl = request->ctl,
		.store = request->store,
		.plan = request->plan,
		.lock = -1,
		.domain_lock = -1,
		.failure = failure,
	};
	size_t taken;
	int ret;

	interrupted = 0;
	for (size_t n = 0; n < NR_END_SIGNALS; n++)
		sigaction(end_signals[n], &noted, &before[n]);
	ret = run_steps(&creation, &taken);
	if (ret)
		undo_steps(&creation, taken);
	else
		close_kernel(&creation);
	unlock_domain(&creation, ret != 0);
	for (size_t n = 0; n < NR_END_SIGNALS; n++)
		sigaction(end_signals[n], &before[n], NULL);
	*domid = creation.domid;
	return ret;
}
