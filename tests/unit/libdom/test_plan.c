/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From keys to the plan, and the plan saved and loaded. */
#include "libdom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE "name='web'; kernel='vmlinuz'; "

static struct made make(const char *text)
{
	struct made made;

	assert_int_equal(made_from(&made, "x.cfg", text), 0);
	return made;
}

static void assert_refused(const char *text, const char *object, const char *cause)
{
	struct made made;

	assert_int_equal(made_from(&made, "x.cfg", text), -1);
	assert_string_equal(made.failure.object, object);
	if (!strstr(made.failure.cause, cause))
		print_error("%s\n", made.failure.cause);
	assert_non_null(strstr(made.failure.cause, cause));
	made_free(&made);
}

static void plan_has_xls_defaults(void **state)
{
	struct made made = make("name='web'; kernel='boot/vmlinuz'");
	const struct plan *plan = &made.plan;

	(void)state;
	assert_string_equal(plan->kernel, "/root/boot/vmlinuz");
	assert_null(plan->ramdisk);
	assert_string_equal(plan->command_line, "");
	assert_int_equal(plan->memory_kib, 32 * 1024);
	assert_int_equal(plan->maximum_kib, 32 * 1024);
	assert_int_equal(plan->vcpus, 1);
	assert_int_equal(plan->max_vcpus, 1);
	assert_int_equal(plan->max_event_channels, 1023);
	assert_int_equal(plan->on_poweroff, ACTION_DESTROY);
	assert_int_equal(plan->on_reboot, ACTION_RESTART);
	assert_int_equal(plan->on_crash, ACTION_DESTROY);
	assert_int_equal(plan->weight, PLAN_UNSET);
	assert_int_equal(plan->max_grant_frames, PLAN_UNSET);
	assert_true(plan->claim);
	assert_int_equal(strlen(plan->uuid), 36);
	made_free(&made);
}

static void assert_command_line(const char *settings, const char *expected)
{
	char *text = alloc_format(BASE "%s", settings);
	struct made made = make(text);

	assert_string_equal(made.plan.command_line, expected);
	made_free(&made);
	free(text);
}

static void plan_joins_the_command_line(void **state)
{
	(void)state;
	assert_command_line("root='/dev/xvda1'; extra='ro quiet'", "root=/dev/xvda1 ro quiet");
	assert_command_line("root='/dev/xvda1'", "root=/dev/xvda1");
	assert_command_line("extra='ro'", "ro");
	assert_command_line("cmdline='a b'; root='x'; extra='y'", "a b");
}

static void plan_boots_pv_grub_for_boot_loaders(void **state)
{
	static const char *const loaders[] = {
		"bootloader='pygrub'", "bootloader='/usr/lib/xen-4.17/bin/pygrub'",
		"bootloader='pvgrub'", "bootloader='grub'",
		"firmware='pvgrub64'",
	};

	(void)state;
	for (size_t n = 0; n < sizeof(loaders) / sizeof(loaders[0]); n++) {
		char *text = alloc_format("name='x'; kernel='/k'; ramdisk='/r'; %s", loaders[n]);
		struct made made = make(text);

		assert_string_equal(made.plan.kernel, "/usr/lib/grub-xen/grub-x86_64-xen.bin");
		assert_null(made.plan.ramdisk);
		assert_int_equal(made.notes.count, 2);
		made_free(&made);
		free(text);
	}
	assert_refused("name='x'\nbootloader='/bin/sh'", "x.cfg:2:12", "boot loader is not known");
	assert_refused("name='x'; firmware='pvgrub32'", "x.cfg:1:20", "boot loader is not known");
}

static void plan_refuses_what_does_not_go_together(void **state)
{
	(void)state;
	assert_refused("kernel='/k'", "x.cfg", "has no name");
	assert_refused("name='a/b'; kernel='/k'", "x.cfg:1:6", "cannot be a domain's name");
	assert_refused("name='a b'; kernel='/k'", "x.cfg:1:6", "cannot be a domain's name");
	assert_refused("name='x'", "x.cfg", "neither `kernel' nor `bootloader'");
	assert_refused(BASE "\nmemory=64\nmaxmem=32", "x.cfg:3:8", "less than `memory'");
	assert_refused(BASE "\nvcpus=4\nmaxvcpus=2", "x.cfg:3:10", "less than `vcpus'");
	assert_refused(BASE "\nuuid='1234'", "x.cfg:2:6", "no UUID");
	assert_refused(BASE "\ntype='hvm'", "x.cfg:2:6", "HVM guests cannot");
	assert_refused(BASE "\ntype='pvh'", "x.cfg:2:6", "PVH guests cannot");
	assert_refused(BASE "\nbuilder='hvm'", "x.cfg:2:9", "HVM guests cannot");
	assert_refused(BASE "\ncpus='1-'", "x.cfg:2:6", "no list of CPUs");
	assert_refused(BASE "\ncpus=['1','2']", "x.cfg:2:6", "more entries than virtual CPUs");
	assert_refused(BASE "\non_soft_reset='soft-reset'", "x.cfg:2:15", "soft-reset");
	assert_refused(BASE "\ncpuid='host,bogus=1'", "x.cfg:2:7", "no CPU feature");
}

static void plan_places_faults_of_devices(void **state)
{
	struct made made;

	(void)state;
	assert_int_equal(
		made_from(&made, "x.cfg", BASE "\ndisk=['phy:/a,xvda,w',\n 'phy:/b,nope,w']"), -1);
	assert_memory_equal(made.failure.object, "x.cfg:3:", 8);
	made_free(&made);
	assert_int_equal(made_from(&made, "x.cfg", BASE "\nvif=['mac=zz']"), -1);
	assert_memory_equal(made.failure.object, "x.cfg:2:", 8);
	made_free(&made);
}

static void plan_takes_all_keys_of_its_own(void **state)
{
	struct made made = make(
		"name='web'; kernel='/k'; ramdisk='r'; type='pv'\n"
		"uuid='123E4567-e89b-12d3-a456-426614174000'\n"
		"memory=64; maxmem=128; vcpus=2; maxvcpus=4; cpus=['0','1-2']; cpus_soft='all'\n"
		"cpu_weight=512; cap=50; pool='Pool-1'; on_crash='preserve'; on_watchdog=1\n"
		"max_grant_frames=4; max_maptrack_frames=8; max_grant_version=1\n"
		"max_event_channels=127; tsc_mode='native'; localtime=1; rtc_timeoffset=-60\n"
		"nomigrate=1; driver_domain=1; cpuid='host,avx2=0'\n");
	const struct plan *plan = &made.plan;

	(void)state;
	assert_string_equal(plan->uuid, "123e4567-e89b-12d3-a456-426614174000");
	assert_string_equal(plan->ramdisk, "/root/r");
	assert_int_equal(plan->maximum_kib, 128 * 1024);
	assert_int_equal(plan->max_vcpus, 4);
	assert_int_equal(plan->cpus.count, 2);
	assert_int_equal(plan->weight, 512);
	assert_int_equal(plan->cap, 50);
	assert_string_equal(plan->pool, "Pool-1");
	assert_int_equal(plan->on_crash, ACTION_PRESERVE);
	assert_int_equal(plan->on_watchdog, ACTION_RESTART);
	assert_int_equal(plan->max_grant_version, 1);
	assert_int_equal(plan->tsc_mode, 2);
	assert_int_equal(plan->rtc_offset, -60);
	assert_true(plan->localtime && plan->nomigrate && plan->driver_domain);
	made_free(&made);
}

static void plan_survives_saving(void **state)
{
	struct made made = make(BASE
				"memory=64; cpus='0-1'; vif=['bridge=br0', 'mtu=9000']\n"
				"disk=['phy:/dev/sda,xvda,w']; on_reboot='preserve'; pool='p'");
	struct failure failure = {0};
	struct plan again;
	json_t *saved = plan_save(&made.plan), *resaved;

	(void)state;
	assert_int_equal(plan_load(&again, saved, &failure), 0);
	resaved = plan_save(&again);
	assert_true(json_equal(saved, resaved));
	assert_int_equal(again.nr_vifs, 2);
	assert_memory_equal(again.vifs[0].mac, made.plan.vifs[0].mac, 6);
	assert_string_equal(again.disks[0].target, "/dev/sda");
	json_object_del(saved, "name");
	plan_free(&again);
	assert_int_equal(plan_load(&again, saved, &failure), -1);
	assert_string_equal(failure.object, "name");
	plan_free(&again);
	json_decref(resaved);
	json_decref(saved);
	made_free(&made);
}

static void plan_of_wrong_kind_is_not_loaded(void **state)
{
	struct made made = make(BASE);
	struct failure failure = {0};
	struct plan again;
	static const char *const members[] = {"memory_kib", "on_crash", "claim", "cpus", "uuid"};

	(void)state;
	for (size_t n = 0; n < sizeof(members) / sizeof(members[0]); n++) {
		json_t *saved = plan_save(&made.plan);

		json_object_set_new(saved, members[n], json_real(0.5));
		assert_int_equal(plan_load(&again, saved, &failure), -1);
		plan_free(&again);
		json_decref(saved);
	}
	made_free(&made);
}

static void plan_is_described_in_xls_shape(void **state)
{
	struct made made = make(BASE "memory=64; vcpus=2; extra='x'; vif=['bridge=br0']\n"
				     "disk=['phy:/dev/sda,xvda,w']");
	json_t *described = plan_describe(&made.plan, PLAN_FORM_MADE, NULL);
	const char *name, *type, *mac, *path;
	int memory, readwrite;

	(void)state;
	assert_int_equal(json_unpack(described, "{s:{s:s,s:s}, s:{s:i}, s:[{s:s,s:i}], s:[{s:s}]}",
				     "c_info", "name", &name, "type", &type, "b_info",
				     "target_memkb", &memory, "disks", "pdev_path", &path,
				     "readwrite", &readwrite, "nics", "mac", &mac),
			 0);
	assert_string_equal(name, "web");
	assert_string_equal(type, "pv");
	assert_int_equal(memory, 65536);
	assert_int_equal(readwrite, 1);
	assert_int_equal(strlen(mac), 17);
	json_decref(described);
	made_free(&made);
}

int test_plan(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_has_xls_defaults),
		cmocka_unit_test(plan_joins_the_command_line),
		cmocka_unit_test(plan_boots_pv_grub_for_boot_loaders),
		cmocka_unit_test(plan_refuses_what_does_not_go_together),
		cmocka_unit_test(plan_places_faults_of_devices),
		cmocka_unit_test(plan_takes_all_keys_of_its_own),
		cmocka_unit_test(plan_survives_saving),
		cmocka_unit_test(plan_of_wrong_kind_is_not_loaded),
		cmocka_unit_test(plan_is_described_in_xls_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
