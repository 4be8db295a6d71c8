/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xen notes: what a kernel says of itself is read, what no PV guest can have is refused.
 */
#include "support.h"

#include <xen/elfnote.h>
#include <xen/features.h>

static struct test_image image;

static void all_notes_are_read(void **state)
{
	const uint64_t pair[] = {1, 1};
	const uint32_t features = 0x8801;
	struct image_plan plan;

	test_image_make(&image);
	test_image_add_text(&image, XEN_ELFNOTE_GUEST_VERSION, "2.6");
	test_image_add_text(&image, XEN_ELFNOTE_FEATURES,
			    "!writable_page_tables|pae_pgdir_above_4gb");
	test_image_add_note(&image, "Xen", XEN_ELFNOTE_SUPPORTED_FEATURES, &features, 4);
	test_image_add_note(&image, "Xen", XEN_ELFNOTE_L1_MFN_VALID, pair, sizeof(pair));
	test_image_add_number(&image, XEN_ELFNOTE_HV_START_LOW, 0xffff800000000000UL);
	test_image_add_number(&image, XEN_ELFNOTE_SUSPEND_CANCEL, 1);
	test_image_add_number(&image, XEN_ELFNOTE_PHYS32_ENTRY, 0x1000000);
	assert_taken(&image, &plan);
	assert_string_equal(plan.notes.system, "linux");
	assert_string_equal(plan.notes.version, "2.6");
	assert_int_equal(plan.notes.init_p2m, 0x8000000000);
	assert_int_equal(plan.notes.mod_start_pfn, 1);
	assert_int_equal(plan.notes.features_required, 1 << XENFEAT_writable_page_tables);
	assert_int_equal(plan.notes.supported_features, 0x8801);
	assert_true(plan.notes.has_l1_mfn_valid);
	assert_int_equal(plan.notes.l1_mfn_valid_value, 1);
	assert_true(plan.notes.has_hv_start_low);
	assert_false(plan.notes.has_hypercall_page);
}

static void numbers_have_two_widths(void **state)
{
	const uint32_t base = 0x40000000;
	struct image_plan plan;

	test_image_make(&image);
	test_image_add_note(&image, "Xen", XEN_ELFNOTE_VIRT_BASE, &base, 4);
	test_image_add_number(&image, XEN_ELFNOTE_ENTRY, base + (16 << 20));
	assert_taken(&image, &plan);
	assert_int_equal(plan.virt_base, base);
	test_image_add_note(&image, "Xen", XEN_ELFNOTE_VIRT_BASE, &base, 3);
	assert_refused(&image, "VIRT_BASE is 3 bytes long");
}

static void notes_of_others_are_passed_over(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	test_image_add_note(&image, "GNU", XEN_ELFNOTE_ENTRY, "\1\2\3\4", 4);
	test_image_add_note(&image, "Xenomorph", XEN_ELFNOTE_ENTRY, "\1\2\3\4", 4);
	test_image_add_number(&image, 4711, 5);
	assert_taken(&image, &plan);
}

static void only_notes_of_others_are_none(void **state)
{
	test_image_begin(&image);
	test_image_add_segment(&image, 1 << 20, "code", 4, 4);
	test_image_add_note(&image, "GNU", 3, "12345678901234567890", 20);
	assert_refused(&image, "no Xen notes");
}

static void notes_may_be_in_a_section(void **state)
{
	Elf64_Shdr *sections = (Elf64_Shdr *)(image.bytes + 40000);
	struct image_plan plan;

	test_image_make(&image);
	image.notes->p_type = PT_NULL;
	assert_refused(&image, "no Xen notes");
	sections[0].sh_type = SHT_NOTE;
	sections[0].sh_offset = image.notes->p_offset;
	sections[0].sh_size = image.notes->p_filesz;
	image.header->e_shoff = 40000;
	image.header->e_shnum = 1;
	image.header->e_shentsize = sizeof(*sections);
	image.used = 40000 + sizeof(*sections);
	assert_taken(&image, &plan);
}

static void legacy_section_is_named(void **state)
{
	static const char names[] = "\0.text\0__xen_guest\0";
	Elf64_Shdr *sections = (Elf64_Shdr *)(image.bytes + 40000);

	test_image_begin(&image);
	test_image_add_segment(&image, 1 << 20, "code", 4, 4);
	memcpy(image.bytes + 39000, names, sizeof(names));
	sections[0] =
		(Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_offset = 39000, .sh_size = sizeof(names)};
	sections[1] = (Elf64_Shdr){.sh_type = SHT_PROGBITS, .sh_name = 7};
	image.header->e_shoff = 40000;
	image.header->e_shnum = 2;
	image.header->e_shentsize = sizeof(*sections);
	image.used = 40000 + 2 * sizeof(*sections);
	assert_refused(&image, "__xen_guest section");
}

static void other_guests_are_refused(void **state)
{
	test_image_make(&image);
	test_image_add_text(&image, XEN_ELFNOTE_XEN_VERSION, "xen-9.0");
	assert_refused(&image, "interface \"xen-9.0\"");
	test_image_make(&image);
	test_image_add_text(&image, XEN_ELFNOTE_LOADER, "special");
	assert_refused(&image, "loader \"special\"");
	test_image_begin(&image);
	test_image_add_segment(&image, 1 << 20, "code", 4, 4);
	test_image_add_number(&image, XEN_ELFNOTE_PHYS32_ENTRY, 0x100000);
	assert_refused(&image, "PVH guests only");
}

static void impossible_features_are_refused(void **state)
{
	test_image_make(&image);
	test_image_add_text(&image, XEN_ELFNOTE_FEATURES, "unheard_of|pae_pgdir_above_4gb");
	assert_taken(&image, &(struct image_plan){0});
	test_image_add_text(&image, XEN_ELFNOTE_FEATURES, "!unheard_of");
	assert_refused(&image, "requires feature unheard_of");
	test_image_make(&image);
	test_image_add_text(&image, XEN_ELFNOTE_FEATURES, "!auto_translated_physmap");
	assert_refused(&image, "that a PV guest never has");
}

static void hole_of_the_hypervisor_must_fit(void **state)
{
	test_image_make(&image);
	test_image_add_number(&image, XEN_ELFNOTE_HV_START_LOW, 0xffffc00000000000UL);
	assert_refused(&image, "begin at 0xffffc00000000000");
}

static void cut_notes_are_refused(void **state)
{
	test_image_make(&image);
	image.notes->p_filesz -= 4;
	assert_refused(&image, "notes are cut off");
	image.notes->p_filesz = UINT64_MAX - 8;
	assert_refused(&image, "notes lie outside");
	test_image_make(&image);
	memset(image.bytes + image.notes->p_offset, 0xff, 8);
	assert_refused(&image, "notes are cut off");
}

static void long_texts_end(void **state)
{
	char text[300];
	struct image_plan plan;

	memset(text, 'a', sizeof(text));
	test_image_make(&image);
	test_image_add_note(&image, "Xen", XEN_ELFNOTE_GUEST_OS, text, sizeof(text));
	assert_taken(&image, &plan);
	assert_int_equal(strlen(plan.notes.system), IMAGE_TEXT_BYTES - 1);
}

int run_notes_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_notes_are_read),
		cmocka_unit_test(numbers_have_two_widths),
		cmocka_unit_test(notes_of_others_are_passed_over),
		cmocka_unit_test(only_notes_of_others_are_none),
		cmocka_unit_test(notes_may_be_in_a_section),
		cmocka_unit_test(legacy_section_is_named),
		cmocka_unit_test(other_guests_are_refused),
		cmocka_unit_test(impossible_features_are_refused),
		cmocka_unit_test(hole_of_the_hypervisor_must_fit),
		cmocka_unit_test(cut_notes_are_refused),
		cmocka_unit_test(long_texts_end),
	};

	return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
