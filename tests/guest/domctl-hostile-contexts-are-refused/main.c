/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A context that would break the processor's rules or reach beyond the domain is not installed; a good one then is. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

#define NON_CANONICAL 0x8000000000000000ul

static void say(void)
{
	child_mailbox.words[0] = 1;
}

static struct xen_vcpu_guest_context good, bad;

static void refused(struct child *child, const char *what)
{
	long result = child_set_context(child, 0, &bad);

	if (result != -XEN_EINVAL)
		printf("%s: %ld\n", what, result);
	CHECK_EQUAL(result, -XEN_EINVAL);
	bad = good;
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_domctl call = {0};

	bad = good = *child_prepare(child, say);
	bad.user_regs.rip = NON_CANONICAL;
	refused(child, "rip");
	bad.event_callback_eip = NON_CANONICAL;
	refused(child, "event callback");
	bad.trap_ctxt[14].address = NON_CANONICAL;
	refused(child, "trap");
	bad.gs_base_kernel = NON_CANONICAL;
	refused(child, "gs base");
	bad.gdt_ents = 8192;
	refused(child, "descriptors");
	bad.gdt_ents = 512;
	bad.gdt_frames[0] = mfn_of(&good);
	refused(child, "our frame as a descriptor table");
	bad.gdt_ents = 512;
	bad.gdt_frames[0] = child->root_mfn;
	refused(child, "a page table as a descriptor table");
	bad.ldt_ents = 9000;
	refused(child, "local descriptors");
	bad.ctrlreg[3] = base_table_mfn() << PAGE_SHIFT;
	refused(child, "our base table");
	bad.ctrlreg[3] = child->mfns[300] << PAGE_SHIFT;
	refused(child, "a data page as a base table");
	bad.ctrlreg[3] = 0xffffffffffful << PAGE_SHIFT;
	refused(child, "no memory as a base table");
	CHECK_EQUAL(child_set_context(child, 1, &good), -XEN_EINVAL);
	CHECK_EQUAL(child_set_context(child, 0, (void *)0x1000), -XEN_EFAULT);
	call.u.vcpucontext.ctxt = (uint64_t)&bad;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_setvcpucontext, 0), -XEN_EINVAL);
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_getvcpucontext, child->id), -XEN_ENODATA);
	REQUIRE_EQUAL(child_set_context(child, 0, &good), 0);
	child_unpause(child);
	CHECK(child_wait(child));
	CHECK_EQUAL(child->mailbox->words[0], 1);
}
