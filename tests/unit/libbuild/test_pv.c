/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole domain, built into a machine of ours and looked at as its kernel would: by its registers,
 * its page tables and start_info.
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <xen/elfnote.h>
#include <xen/grant_table.h>

#include "fake_ctl.h"
#include "libbuild/build.h"

#define MIB_PAGES 256UL

static struct test_image image;
static struct build_kernel *kernel;
static const char *kernel_path, *ramdisk_path;
static struct build_request request;
static struct build_result result;
static struct failure failure;

static void open_image(void)
{
	kernel_path = test_write_file("kernel", image.bytes, image.used);
	assert_int_equal(build_kernel_open(kernel_path, &kernel, &failure), 0);
	request = (struct build_request){.domid = 5,
					 .kernel = kernel,
					 .command_line = "console=hvc0",
					 .memory_kib = 32 << 10,
					 .maximum_kib = 64 << 10,
					 .nr_vcpus = 1};
}

static int set_up(void **state)
{
	fake_init(60000);
	test_image_make(&image);
	open_image();
	return 0;
}

static int tear_down(void **state)
{
	build_kernel_close(kernel);
	unlink(kernel_path);
	fake_fini();
	return 0;
}

/* By the guest's own tables; NULL when it is not mapped. */
static void *guest_at(uint64_t address)
{
	uint64_t frame = fake.context.ctrlreg[3] >> 12;

	for (int shift = 39; shift >= 12; shift -= 9) {
		uint64_t entry = ((uint64_t *)fake_frame(frame))[(address >> shift) % 512];

		if (!(entry & 1))
			return NULL;
		frame = (entry & 0x000ffffffffff000UL) >> 12;
	}
	return (uint8_t *)fake_frame(frame) + address % 4096;
}

static const start_info_t *guest_start_info(void)
{
	return guest_at(fake.context.user_regs.rsi);
}

static void build_good(void)
{
	if (build_pv(NULL, &request, &result, &failure))
		fail_msg("%s: %s", failure.stage, failure.cause);
	assert_int_equal(fake.mapped_pages, 0);
	assert_int_equal(fake.mapped_when_pinned, 0);
}

static void kernel_finds_what_it_needs(void **state)
{
	const start_info_t *info;
	const uint64_t *list;

	build_good();
	info = guest_start_info();
	assert_string_equal(info->magic, "xen-3.0-x86_64");
	assert_int_equal(info->nr_pages, 32 * MIB_PAGES);
	assert_int_equal(info->shared_info, FAKE_SHARED_FRAME << 12);
	assert_int_equal(info->store_mfn, result.store_frame);
	assert_int_equal(info->console.domU.mfn, result.console_frame);
	assert_int_equal(info->store_evtchn, result.store_port);
	assert_int_equal(info->console.domU.evtchn, result.console_port);
	assert_string_equal((const char *)info->cmd_line, "console=hvc0");
	assert_int_equal(info->mod_len, 0);
	assert_int_equal(info->flags, SIF_VIRT_P2M_4TOOLS);
	assert_int_equal(info->mfn_list, 0x8000000000);
	assert_ptr_equal(guest_at(info->pt_base), fake_frame(fake.pinned_frame));
	list = guest_at(info->mfn_list);
	for (uint64_t i = 0; i < 512; i++)
		assert_int_equal(fake.pfn_of[list[i]], i);
	assert_int_equal(fake.pfn_of[((uint64_t *)guest_at(info->mfn_list + 15 * 4096))[511]],
			 8191);
	assert_null(guest_at(info->mfn_list + 16 * 4096));
	assert_int_equal(fake.map_kib, 64 << 10);
	assert_int_equal(fake.claimed, 0);
}

static void kernel_starts_in_its_code(void **state)
{
	const vcpu_guest_context_t *context = &fake.context;

	build_good();
	assert_true(fake.has_context);
	assert_int_equal(*(uint8_t *)guest_at(context->user_regs.rip), 0xc3);
	assert_int_equal(*(uint8_t *)guest_at(0xffffffff81000fffUL), 0xc3);
	assert_int_equal(*(uint8_t *)guest_at(0xffffffff81001000UL), 0);
	assert_non_null(guest_at(context->user_regs.rsp - 1));
	assert_non_null(guest_at(context->user_regs.rsp + (512 << 10) - 1));
	assert_int_equal(context->user_regs.cs, FLAT_KERNEL_CS);
	assert_int_equal(context->flags, VGCF_in_kernel | VGCF_online);
	assert_int_equal(context->ctrlreg[3] >> 12, fake.pinned_frame);
}

static void console_and_store_are_granted(void **state)
{
	const grant_entry_v1_t *grants;
	const shared_info_t *shared;

	request.console_domid = 3;
	build_good();
	grants = fake_frame(FAKE_GRANT_FRAME);
	assert_int_equal(grants[0].flags, GTF_permit_access);
	assert_int_equal(grants[0].domid, 3);
	assert_int_equal(grants[0].frame, result.console_frame);
	assert_int_equal(grants[1].flags, GTF_permit_access);
	assert_int_equal(grants[1].domid, 0);
	assert_int_equal(grants[1].frame, result.store_frame);
	shared = fake_frame(FAKE_SHARED_FRAME);
	assert_int_equal(shared->vcpu_info[0].evtchn_upcall_mask, 1);
	assert_int_equal(shared->vcpu_info[31].evtchn_upcall_mask, 1);
}

static void fill_ramdisk(uint8_t *contents, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		contents[i] = (uint8_t)(i * 31 >> 3);
	ramdisk_path = test_write_file("ramdisk", contents, bytes);
	request.ramdisk = ramdisk_path;
}

static void ramdisk_is_given_by_frame(void **state)
{
	static uint8_t contents[9000];
	const start_info_t *info;
	const uint64_t *list;

	fill_ramdisk(contents, sizeof(contents));
	build_good();
	info = guest_start_info();
	assert_true(info->flags & SIF_MOD_START_PFN);
	assert_int_equal(info->mod_len, sizeof(contents));
	list = guest_at(info->mfn_list);
	assert_memory_equal(fake_frame(list[info->mod_start]), contents, 4096);
	assert_memory_equal(fake_frame(list[info->mod_start + 2]), contents + 8192, 9000 - 8192);
	unlink(ramdisk_path);
}

static void ramdisk_is_mapped_for_old_kernels(void **state)
{
	static uint8_t contents[9000];
	const start_info_t *info;

	build_kernel_close(kernel);
	unlink(kernel_path);
	test_image_make(&image);
	test_image_add_number(&image, XEN_ELFNOTE_MOD_START_PFN, 0);
	open_image();
	fill_ramdisk(contents, sizeof(contents));
	build_good();
	info = guest_start_info();
	assert_false(info->flags & SIF_MOD_START_PFN);
	assert_memory_equal(guest_at(info->mod_start), contents, 4096);
	assert_memory_equal(guest_at(info->mod_start + 8192), contents + 8192, 9000 - 8192);
	unlink(ramdisk_path);
}

static void hypercall_page_is_filled_when_asked_for(void **state)
{
	build_good();
	assert_int_equal(fake.hypercall_frame, 0);
	build_kernel_close(kernel);
	unlink(kernel_path);
	test_image_add_number(&image, XEN_ELFNOTE_HYPERCALL_PAGE, 0xffffffff81001000UL);
	open_image();
	build_good();
	assert_int_equal(fake.pfn_of[fake.hypercall_frame], 0x1001);
}

/* Another hypervisor may leave anything in the pages that it gives. */
static void foreign_contents_are_cleared(void **state)
{
	const start_info_t *info;

	fake.fill = 0xaa;
	fake.extra = ".7-debian";
	build_good();
	info = guest_start_info();
	assert_int_equal(*(uint8_t *)guest_at(0xffffffff81000fffUL), 0xc3);
	assert_int_equal(*(uint8_t *)guest_at(0xffffffff81001000UL), 0);
	assert_int_equal(*(uint8_t *)guest_at(0xffffffff81002fffUL), 0);
	assert_int_equal(*(uint32_t *)fake_frame(info->console.domU.mfn), 0);
	assert_int_equal(((uint8_t *)fake_frame(info->store_mfn))[4095], 0);
}

static void small_pages_serve_when_large_ones_end(void **state)
{
	fake.large_left = 3;
	build_good();
	assert_int_equal(fake.large_extents, 3);
	assert_int_equal(fake.small_extents, 8192 - 3 * 512);
	assert_int_equal(guest_start_info()->nr_pages, 8192);
}

static void memory_that_is_not_there_is_told(void **state)
{
	request.memory_kib = request.maximum_kib = 512 << 10;
	assert_int_equal(build_pv(NULL, &request, &result, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NO_MEMORY);
	assert_string_equal(failure.object, "domain 5");
	assert_string_equal(failure.cause,
			    "it is to have 512 MiB, and the hypervisor has 234 MiB free");
	assert_int_equal(fake.large_extents, 0);
}

static void bad_requests_are_refused(void **state)
{
	char line[1200];

	memset(line, 'a', sizeof(line));
	line[1024] = '\0';
	request.command_line = line;
	assert_int_equal(build_pv(NULL, &request, &result, &failure), -1);
	assert_string_equal(failure.cause, "the command line has 1024 characters; a PV kernel is "
					   "given at most 1023");
	line[1023] = '\0';
	build_good();
	request.memory_kib = 16 << 10;
	assert_int_equal(build_pv(NULL, &request, &result, &failure), -1);
	assert_non_null(strstr(failure.cause, "16 MiB are too little"));
	request.memory_kib = 32 << 10;
	request.ramdisk = "/nowhere/initrd";
	assert_int_equal(build_pv(NULL, &request, &result, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_string_equal(failure.object, "/nowhere/initrd");
}

/* Whichever call is refused, it is told and nothing stays mapped. */
static void each_refusal_is_told(void **state)
{
	unsigned int calls;

	build_good();
	calls = fake.calls;
	assert_true(calls > 14);
	for (unsigned int i = 1; i <= calls; i++) {
		int rc;

		fake_fini();
		fake_init(60000);
		fake.refuse_call = i;
		fake.refuse_error = EPERM;
		rc = build_pv(NULL, &request, &result, &failure);
		assert_int_equal(fake.mapped_pages, 0);
		/* Claims may be unknown to a hypervisor. */
		if (!rc)
			continue;
		assert_int_equal(failure.error, EPERM);
		assert_int_equal(failure.code, FAILURE_REFUSED);
		assert_true(failure.stage[0] && failure.cause[0]);
	}
}

static uint64_t progress_calls, progress_done;

static void count_progress(void *context, uint64_t done, uint64_t total)
{
	assert_true(done > progress_done && done <= total);
	progress_calls++;
	progress_done = done;
}

static void progress_is_told(void **state)
{
	request.memory_kib = request.maximum_kib = 200 << 10;
	request.progress = count_progress;
	build_good();
	assert_int_equal(progress_done, 200 * MIB_PAGES);
	assert_in_range(progress_calls, 2, 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int run_pv_cases(void)
{
	const struct CMUnitTest tests[] = {
		CASE(kernel_finds_what_it_needs),
		CASE(kernel_starts_in_its_code),
		CASE(console_and_store_are_granted),
		CASE(ramdisk_is_given_by_frame),
		CASE(ramdisk_is_mapped_for_old_kernels),
		CASE(hypercall_page_is_filled_when_asked_for),
		CASE(foreign_contents_are_cleared),
		CASE(small_pages_serve_when_large_ones_end),
		CASE(memory_that_is_not_there_is_told),
		CASE(bad_requests_are_refused),
		CASE(each_refusal_is_told),
		CASE(progress_is_told),
	};

	return cmocka_run_group_tests_name("pv", tests, NULL, NULL);
}
