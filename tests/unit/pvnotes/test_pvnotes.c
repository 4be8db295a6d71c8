/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/pvnotes.h: every note reaches its field, features of both notes add up, and what is not a PV
 * kernel of ours is refused by name. Note and feature numbers are those of /usr/include/xen.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/elfnote.h"
#include "abi/features.h"
#include "hv/errno.h"
#include "hv/pvnotes.h"
#include "../elf/kernel_image.h"

static struct kernel_image image;

static int read_image(struct pv_notes *notes, const char **error)
{
	struct elf_image elf;

	kernel_image_finish(&image);
	assert_int_equal(elf_open(&elf, image.bytes, sizeof(image.bytes), error), 0);
	return pvnotes_read(&elf, notes, error);
}

static struct pv_notes read_good(void)
{
	const char *error = NULL;
	struct pv_notes notes;

	assert_int_equal(read_image(&notes, &error), 0);
	return notes;
}

static void check_refused(int rc, const char *expected)
{
	const char *error = NULL;
	struct pv_notes notes;

	assert_int_equal(read_image(&notes, &error), rc);
	assert_string_equal(error, expected);
	kernel_image_start(&image);
}

static void every_note_reaches_its_field(void **state)
{
	static const uint64_t pair[2] = {1, 3};
	struct pv_notes notes;

	kernel_image_start(&image);
	kernel_image_add_text(&image, XEN_ELFNOTE_GUEST_OS, "linux");
	kernel_image_add_text(&image, XEN_ELFNOTE_GUEST_VERSION, "2.6");
	kernel_image_add_text(&image, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
	kernel_image_add_text(&image, XEN_ELFNOTE_LOADER, "generic");
	kernel_image_add_text(&image, XEN_ELFNOTE_PAE_MODE, "yes");
	kernel_image_add_number(&image, XEN_ELFNOTE_VIRT_BASE, 0xffffffff80000000);
	kernel_image_add_number(&image, XEN_ELFNOTE_PADDR_OFFSET, 0x10);
	kernel_image_add_number(&image, XEN_ELFNOTE_INIT_P2M, 0x8000000000);
	kernel_image_add_number(&image, XEN_ELFNOTE_ENTRY, 0xffffffff830791c0);
	kernel_image_add_number(&image, XEN_ELFNOTE_HYPERCALL_PAGE, 0xffffffff81001000);
	kernel_image_add_number(&image, XEN_ELFNOTE_HV_START_LOW, 0xffff800000000000);
	kernel_image_add_number(&image, XEN_ELFNOTE_SUSPEND_CANCEL, 1);
	kernel_image_add_number(&image, XEN_ELFNOTE_MOD_START_PFN, 1);
	kernel_image_add_number(&image, XEN_ELFNOTE_PHYS32_ENTRY, 0x1000850);
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_L1_MFN_VALID, pair, sizeof(pair));
	notes = read_good();
	assert_string_equal(notes.guest_os, "linux");
	assert_string_equal(notes.guest_version, "2.6");
	assert_string_equal(notes.xen_version, "xen-3.0");
	assert_string_equal(notes.loader, "generic");
	assert_string_equal(notes.pae_mode, "yes");
	assert_int_equal(notes.virt_base, 0xffffffff80000000);
	assert_int_equal(notes.paddr_offset, 0x10);
	assert_true(notes.has_init_p2m);
	assert_int_equal(notes.init_p2m, 0x8000000000);
	assert_true(notes.has_entry);
	assert_int_equal(notes.entry, 0xffffffff830791c0);
	assert_true(notes.has_hypercall_page);
	assert_int_equal(notes.hypercall_page, 0xffffffff81001000);
	assert_true(notes.has_hv_start_low);
	assert_int_equal(notes.hv_start_low, 0xffff800000000000);
	assert_true(notes.suspend_cancel);
	assert_true(notes.has_mod_start_pfn && notes.mod_start_pfn);
	assert_true(notes.has_phys_entry32);
	assert_int_equal(notes.phys_entry32, 0x1000850);
	assert_true(notes.has_l1_mfn_valid);
	assert_int_equal(notes.l1_mfn_valid_mask, 1);
	assert_int_equal(notes.l1_mfn_valid_value, 3);
}

static void absent_notes_leave_their_defaults(void **state)
{
	struct pv_notes notes;

	kernel_image_start(&image);
	kernel_image_add_text(&image, XEN_ELFNOTE_GUEST_OS, "x");
	kernel_image_add_number(&image, 0x1000001, 1);
	notes = read_good();
	assert_false(notes.has_entry);
	assert_int_equal(notes.entry, KERNEL_IMAGE_ENTRY);
	assert_false(notes.has_init_p2m || notes.has_hypercall_page || notes.has_mod_start_pfn ||
		     notes.has_phys_entry32 || notes.has_l1_mfn_valid || notes.has_hv_start_low);
	assert_int_equal(notes.virt_base, 0);
	assert_int_equal(notes.features_supported[0], 0);
}

static void features_of_both_notes_add_up(void **state)
{
	static const uint32_t bits = 1U << XENFEAT_dom0 | 1U << XENFEAT_linux_rsdp_unrestricted;
	struct pv_notes notes;

	kernel_image_start(&image);
	kernel_image_add_text(&image, XEN_ELFNOTE_FEATURES,
			      "!writable_page_tables|pae_pgdir_above_4gb|unheard_of");
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_SUPPORTED_FEATURES, &bits, sizeof(bits));
	notes = read_good();
	assert_int_equal(notes.features_supported[0], bits | 1U << XENFEAT_writable_page_tables |
							      1U << XENFEAT_pae_pgdir_above_4gb);
	assert_int_equal(notes.features_required[0], 1U << XENFEAT_writable_page_tables);
	assert_true(pvnotes_is_supported(&notes, XENFEAT_dom0));
	assert_false(pvnotes_is_required(&notes, XENFEAT_dom0));
	assert_true(pvnotes_is_required(&notes, XENFEAT_writable_page_tables));
}

static void kernels_that_are_not_ours_are_refused(void **state)
{
	kernel_image_start(&image);
	check_refused(-ENOENT, "no Xen notes");
	kernel_image_add_note(&image, "GNU", 3, "build", 5);
	check_refused(-ENOENT, "no Xen notes");
	kernel_image_add_text(&image, XEN_ELFNOTE_LOADER, "special");
	check_refused(-EINVAL, "Xen note: the kernel is not for the generic loader");
	kernel_image_add_text(&image, XEN_ELFNOTE_XEN_VERSION, "xen-2.0");
	check_refused(-EINVAL, "Xen note: the kernel is not for interface xen-3.0");
	kernel_image_add_text(&image, XEN_ELFNOTE_FEATURES, "!unheard_of");
	check_refused(-EOPNOTSUPP, "Xen note: the kernel requires a feature that is not known");
}

static void malformed_notes_are_refused(void **state)
{
	kernel_image_start(&image);
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_ENTRY, "abc", 3);
	check_refused(-EINVAL, "Xen note: a number is neither 4 nor 8 bytes long");
	kernel_image_add_number(&image, XEN_ELFNOTE_PHYS32_ENTRY, 1ULL << 32);
	check_refused(-EINVAL, "Xen note: not a number of 32 bits");
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_MOD_START_PFN, "", 0);
	check_refused(-EINVAL, "Xen note: a flag is neither 4 nor 8 bytes long");
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_L1_MFN_VALID, "abc", 4);
	check_refused(-EINVAL, "Xen note: L1_MFN_VALID is not a pair of numbers");
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_SUPPORTED_FEATURES, "a", 1);
	check_refused(-EINVAL, "Xen note: SUPPORTED_FEATURES is neither 4 nor 8 bytes long");
	kernel_image_add_text(&image, XEN_ELFNOTE_GUEST_OS, "linux");
	image.notes_bytes -= 4;
	check_refused(-EINVAL, "Xen note: a note reaches out of its segment");
}

static void long_and_unterminated_texts_are_cut(void **state)
{
	static const char text[] = "0123456789012345678901234567890123456789";
	struct pv_notes notes;

	kernel_image_start(&image);
	kernel_image_add_text(&image, XEN_ELFNOTE_GUEST_OS, text);
	kernel_image_add_note(&image, "Xen", XEN_ELFNOTE_GUEST_VERSION, text, 5);
	notes = read_good();
	assert_int_equal(strlen(notes.guest_os), PVNOTES_TEXT_BYTES - 1);
	assert_memory_equal(notes.guest_os, text, PVNOTES_TEXT_BYTES - 1);
	assert_string_equal(notes.guest_version, "01234");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_note_reaches_its_field),
		cmocka_unit_test(absent_notes_leave_their_defaults),
		cmocka_unit_test(features_of_both_notes_add_up),
		cmocka_unit_test(kernels_that_are_not_ours_are_refused),
		cmocka_unit_test(malformed_notes_are_refused),
		cmocka_unit_test(long_and_unterminated_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
