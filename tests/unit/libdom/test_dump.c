/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cores of guests, read back. */
#include "libdom.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdom/dump.h"
#include "libdom/dump_format.h"
#include "world.h"

#define FRAMES 16

static char path[] = "/tmp/libdom-core.XXXXXX";

static uint64_t *frame(unsigned int number)
{
	return (uint64_t *)(world.memory + number * 4096);
}

/* Frame 1 is shared info, 2 to 4 the lists, 5 on memory; one entry is foreign, one nobody's. */
static void make_guest(void)
{
	shared_info_t *shared;

	world_reset();
	world.domain = true;
	world.nr_frames = FRAMES;
	world.memory = calloc(FRAMES, 4096);
	shared = (shared_info_t *)frame(1);
	shared->arch.max_pfn = 6;
	shared->arch.pfn_to_mfn_frame_list_list = 2;
	frame(2)[0] = 3;
	frame(3)[0] = 4;
	frame(4)[0] = 5;
	frame(4)[1] = ~0ULL;
	frame(4)[2] = 6;
	frame(4)[3] = 1ULL << 63 | 5;
	frame(4)[4] = 7;
	frame(4)[5] = 999;
	memset(frame(5), 'a', 4096);
	memset(frame(7), 'c', 4096);
}

static char *read_core(size_t *bytes)
{
	FILE *file = fopen(path, "r");
	char *core = calloc(1, 1 << 20);

	assert_non_null(file);
	*bytes = fread(core, 1, 1 << 20, file);
	fclose(file);
	return core;
}

static void core_has_pages_contexts_and_notes(void **state)
{
	struct failure failure = {0};
	const struct dump_layout *layout;
	const struct dump_page *pages;
	const vcpu_guest_context_t *contexts;
	size_t bytes;
	char *core;

	(void)state;
	make_guest();
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	core = read_core(&bytes);
	layout = (const struct dump_layout *)core;
	pages = (const struct dump_page *)(core + layout->sections[DUMP_P2M].sh_offset);
	contexts = (const vcpu_guest_context_t *)(core + layout->sections[DUMP_CONTEXTS].sh_offset);
	assert_int_equal(layout->head.e_type, ET_CORE);
	assert_int_equal(layout->note.nr_pages, 4);
	assert_int_equal(layout->note.nr_vcpus, 2);
	assert_int_equal(contexts[1].user_regs.rip, 0x1235);
	assert_int_equal(pages[1].pfn, 2);
	assert_int_equal(pages[1].frame, 6);
	assert_int_equal(bytes, layout->sections[DUMP_PAGES].sh_offset + 4 * 4096);
	core += layout->sections[DUMP_PAGES].sh_offset;
	assert_int_equal(core[0], 'a');
	assert_int_equal(core[4096], 0);
	assert_int_equal(core[2 * 4096], 'c');
	assert_int_equal(core[3 * 4096], 0);
	free(core - layout->sections[DUMP_PAGES].sh_offset);
	free(world.memory);
}

/* Frames 9 to 12 are page tables whose last one maps frame 4 at the list's address. */
static void core_is_found_by_the_linear_list(void **state)
{
	struct failure failure = {0};
	const struct dump_layout *layout;
	shared_info_t *shared;
	size_t bytes;
	char *core;

	(void)state;
	make_guest();
	shared = (shared_info_t *)frame(1);
	shared->arch.pfn_to_mfn_frame_list_list = ~0UL;
	shared->arch.p2m_cr3 = 9 << 12;
	shared->arch.p2m_vaddr = 0xffffc90000000000;
	frame(9)[402] = 10 << 12 | 7;
	frame(10)[0] = 11 << 12 | 7;
	frame(11)[0] = 12 << 12 | 7;
	frame(12)[0] = 4 << 12 | 7;
	shared->arch.max_pfn = 1030;
	memset(&frame(4)[6], 0xff, 506 * 8);
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	core = read_core(&bytes);
	layout = (const struct dump_layout *)core;
	assert_int_equal(layout->note.nr_pages, 4);
	assert_int_equal(core[layout->sections[DUMP_PAGES].sh_offset], 'a');
	free(core);
	shared->arch.p2m_vaddr = 0xffffc90000001000;
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	shared->arch.p2m_cr3 = ~0UL;
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), -1);
	free(world.memory);
}

static void core_of_a_guest_with_wild_tables_ends(void **state)
{
	static const uint64_t wild[] = {0, ~0ULL, 999};
	struct failure failure = {0};
	shared_info_t *shared;

	(void)state;
	for (size_t n = 0; n < sizeof(wild) / sizeof(wild[0]); n++) {
		make_guest();
		shared = (shared_info_t *)frame(1);
		shared->arch.pfn_to_mfn_frame_list_list = wild[n];
		assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), -1);
		free(world.memory);
	}
	make_guest();
	shared = (shared_info_t *)frame(1);
	shared->arch.max_pfn = ~0UL;
	/* Every list is the same one: more pages than the guest has are not taken. */
	for (unsigned int n = 0; n < 512; n++) {
		frame(2)[n] = 3;
		frame(3)[n] = n ? 8 : 4;
	}
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	free(world.memory);
}

/* As one that boots does. */
static void guest_that_moves_its_list_is_stopped_for_it(void **state)
{
	struct failure failure = {0};

	(void)state;
	make_guest();
	world.is_moving = true;
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	assert_false(world.paused);
	world.is_moving = false;
	((shared_info_t *)frame(1))->arch.pfn_to_mfn_frame_list_list = 0;
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), -1);
	assert_string_equal(failure.cause, "its kernel has not said which pages it has");
	assert_false(world.paused);
	free(world.memory);
}

static void core_of_a_guest_without_vcpus_ends(void **state)
{
	struct failure failure = {0};
	const struct dump_layout *layout;
	size_t bytes;
	char *core;

	(void)state;
	make_guest();
	world.has_no_vcpus = true;
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, path, NULL, NULL, &failure), 0);
	core = read_core(&bytes);
	layout = (const struct dump_layout *)core;
	assert_int_equal(layout->note.nr_vcpus, 0);
	assert_int_equal(layout->note.nr_pages, 4);
	free(core);
	free(world.memory);
}

static void core_that_cannot_be_written_leaves_no_file(void **state)
{
	struct failure failure = {0};

	(void)state;
	make_guest();
	assert_int_equal(dump_domain(NULL, WORLD_DOMID, "/nonexistent/core", NULL, NULL, &failure),
			 -1);
	assert_string_equal(failure.object, "/nonexistent/core");
	free(world.memory);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int test_dump(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(core_has_pages_contexts_and_notes),
		cmocka_unit_test(core_is_found_by_the_linear_list),
		cmocka_unit_test(core_of_a_guest_with_wild_tables_ends),
		cmocka_unit_test(guest_that_moves_its_list_is_stopped_for_it),
		cmocka_unit_test(core_of_a_guest_without_vcpus_ends),
		cmocka_unit_test(core_that_cannot_be_written_leaves_no_file),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
