/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps from an empty PV domain to one that can be unpaused, in the order in which they run.
 */
#include "libbuild/pv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE IMAGE_PAGE_BYTES
#define KIB_OF_PAGE (PAGE / 1024)

int build_refuse(struct build *build, const char *next)
{
	return failure_set_errno(build->failure,
				 errno == ENOMEM ? FAILURE_NO_MEMORY : FAILURE_REFUSED, errno,
				 build->stage, build->object, next);
}

static int build_open_ramdisk(struct build *build, uint64_t *bytes)
{
	const char *path = build->request->ramdisk;
	struct stat status;

	*bytes = 0;
	if (!path)
		return 0;
	build->ramdisk = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (build->ramdisk < 0 || fstat(build->ramdisk, &status))
		return failure_set_errno(
			build->failure, errno == ENOENT ? FAILURE_NOT_FOUND : FAILURE_CONFIGURATION,
			errno, build->stage, path, "check `ramdisk' in the configuration");
	if (!S_ISREG(status.st_mode))
		return failure_set(build->failure, FAILURE_CONFIGURATION, build->stage, path,
				   "it is no regular file", "check `ramdisk' in the configuration");
	*bytes = status.st_size;
	return 0;
}

static int build_lay_out(struct build *build)
{
	const struct build_request *request = build->request;
	struct reason why;
	uint64_t ramdisk_bytes;

	if (build_open_ramdisk(build, &ramdisk_bytes))
		return -1;
	if (start_check_command_line(request->command_line, &why))
		return failure_set(build->failure, FAILURE_CONFIGURATION, build->stage,
				   build->object, why.text, "shorten `extra' or `cmdline'");
	if (layout_make(build->plan, request->memory_kib / KIB_OF_PAGE, ramdisk_bytes,
			&build->layout, &why))
		return failure_set(build->failure, FAILURE_CONFIGURATION, build->stage,
				   build->object, why.text, "correct `memory'");
	build->p2m = mmap(NULL, build->layout.nr_pages * sizeof(*build->p2m),
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (build->p2m == MAP_FAILED) {
		build->p2m = NULL;
		return build_refuse(build, "give dom0 more memory");
	}
	build->values.p2m = build->p2m;
	return 0;
}

/* Trestle gives a domain zeroed pages only; whoever else we run on may give anything. */
static int build_ask_hypervisor(struct build *build)
{
	struct xen_domctl_getdomaininfo info;
	struct ctl_version version;

	if (ctl_version(build->ctl, &version) ||
	    ctl_domain_info(build->ctl, build->request->domid, &info))
		return build_refuse(build, "");
	build->clears = !strstr(version.extra, "trestle");
	build->values.shared_info_frame = info.shared_info_frame;
	return 0;
}

static int build_tell_limit(struct build *build)
{
	uint64_t kib = build->request->maximum_kib;

	if (kib < build->request->memory_kib)
		kib = build->request->memory_kib;
	if (ctl_domain_set_memory_map_limit(build->ctl, build->request->domid, kib))
		return build_refuse(build, "");
	return 0;
}

static int build_make_channels(struct build *build)
{
	const struct build_request *request = build->request;

	if (ctl_event_alloc_unbound(build->ctl, request->domid, request->store_domid,
				    &build->values.store_port) ||
	    ctl_event_alloc_unbound(build->ctl, request->domid, request->console_domid,
				    &build->values.console_port))
		return build_refuse(build, "");
	return 0;
}

static int build_write_shared_info(struct build *build)
{
	xen_pfn_t frame = build->values.shared_info_frame;
	shared_info_t *shared = ctl_memory_map(build->ctl, build->request->domid,
					       PROT_READ | PROT_WRITE, 1, &frame);

	if (!shared)
		return build_refuse(build, "");
	start_write_shared_info(shared);
	ctl_memory_unmap(build->ctl, shared, 1);
	return 0;
}

static int build_write_grants(struct build *build)
{
	struct ctl_resource *resource;
	grant_entry_v1_t *grants = ctl_grant_table_map(build->ctl, build->request->domid, 1,
						       &resource);

	if (!grants)
		return build_refuse(build, "");
	start_write_grants(&build->values, grants);
	ctl_resource_unmap(build->ctl, resource);
	return 0;
}

static int build_pin_tables(struct build *build)
{
	struct mmuext_op op = {.cmd = MMUEXT_PIN_L4_TABLE,
			       .arg1.mfn = build->p2m[build->layout.tables_pfn]};

	if (ctl_mmuext(build->ctl, build->request->domid, &op))
		return build_refuse(build, "see the hypervisor's log: tl dmesg");
	return 0;
}

static int build_fill_hypercall_page(struct build *build)
{
	const struct image_notes *notes = &build->plan->notes;
	struct xen_domctl op = {0};

	if (!notes->has_hypercall_page)
		return 0;
	op.u.hypercall_init.gmfn =
		build->p2m[(notes->hypercall_page - build->plan->virt_base) / PAGE];
	if (ctl_domctl(build->ctl, XEN_DOMCTL_hypercall_init, build->request->domid, &op))
		return build_refuse(build, "");
	return 0;
}

static int build_set_context(struct build *build)
{
	vcpu_guest_context_t context;

	start_write_context(&build->values, &context);
	if (ctl_vcpu_set_context(build->ctl, build->request->domid, 0, &context))
		return build_refuse(build, "see the hypervisor's log: tl dmesg");
	return 0;
}

static const struct {
	const char *stage;
	int (*run)(struct build *build);
} steps[] = {
	{"laying out memory", build_lay_out},
	{"asking the hypervisor", build_ask_hypervisor},
	{"setting the memory map", build_tell_limit},
	{"taking memory", memory_take},
	{"making event channels", build_make_channels},
	{"loading the kernel", load_kernel},
	{"loading the RAM disk", load_ramdisk},
	{"writing the page list", load_list},
	{"writing start_info", load_start_info},
	{"writing page tables", load_tables},
	{"writing shared_info", build_write_shared_info},
	{"granting console and store", build_write_grants},
	{"filling the hypercall page", build_fill_hypercall_page},
	{"pinning page tables", build_pin_tables},
	{"setting registers", build_set_context},
};

static void build_end(struct build *build)
{
	if (build->p2m)
		munmap(build->p2m, build->layout.nr_pages * sizeof(*build->p2m));
	if (build->ramdisk >= 0)
		close(build->ramdisk);
}

static void build_fill_result(const struct build *build)
{
	const struct build_layout *layout = &build->layout;

	*build->result = (struct build_result){
		.store_port = build->values.store_port,
		.console_port = build->values.console_port,
		.store_frame = build->p2m[layout->store_pfn],
		.console_frame = build->p2m[layout->console_pfn],
		.nr_pages = layout->nr_pages,
	};
}

int build_pv(struct ctl *ctl, const struct build_request *request, struct build_result *result,
	     struct failure *failure)
{
	const struct image_plan *plan = &request->kernel->plan;
	struct build build = {.ctl = ctl,
			      .request = request,
			      .result = result,
			      .failure = failure,
			      .plan = plan,
			      .ramdisk = -1,
			      .values = {.command_line = request->command_line,
					 .entry = plan->entry,
					 .store_domid = request->store_domid,
					 .console_domid = request->console_domid}};
	int rc = 0;

	build.values.layout = &build.layout;
	snprintf(build.object, sizeof(build.object), "domain %u", request->domid);
	for (size_t i = 0; !rc && i < sizeof(steps) / sizeof(steps[0]); i++) {
		build.stage = steps[i].stage;
		rc = steps[i].run(&build);
	}
	if (!rc)
		build_fill_result(&build);
	build_end(&build);
	return rc;
}
