/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * version: of the interfaces that tl was built for, and of the hypervisor it runs on.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "tl/command.h"

static void print_version(const struct invocation *invocation, const struct ctl_version *version)
{
	json_t *object;

	if (!invocation->json) {
		printf("%s: domctl 0x%x, sysctl 0x%x\nhypervisor: %u.%u%s %s\n",
		       invocation->program, XEN_DOMCTL_INTERFACE_VERSION,
		       XEN_SYSCTL_INTERFACE_VERSION, version->major, version->minor, version->extra,
		       version->changeset);
		return;
	}
	object = json_pack("{s:i, s:i, s:i, s:i, s:s, s:s}", "domctl", XEN_DOMCTL_INTERFACE_VERSION,
			   "sysctl", XEN_SYSCTL_INTERFACE_VERSION, "major", (int)version->major,
			   "minor", (int)version->minor, "extra", version->extra, "changeset",
			   version->changeset);
	json_dumpf(object, stdout, JSON_INDENT(4));
	putchar('\n');
	json_decref(object);
}

static int run_version(struct invocation *invocation)
{
	struct ctl_version *version;
	struct ctl *ctl;
	int ret = 0;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	version = alloc_zeroed(1, sizeof(*version));
	if (ctl_version(ctl, version))
		ret = invocation_fail_errno(invocation, "asking for the version", "the hypervisor");
	else
		print_version(invocation, version);
	free(version);
	return ret;
}

COMMAND(version) = {
	.name = "version",
	.group = COMMAND_GROUP_TOOL,
	.flags = COMMAND_JSON,
	.operands = "",
	.summary = "tell versions of the interfaces and of the hypervisor",
	.run = run_version,
};
