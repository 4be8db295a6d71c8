/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of keys: none of the manuals' is missing, each kind of value is checked. */
#include "libdom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/keys.h"

/* The keys of xl.cfg(5) of 4.17, in its order. */
static const char *const manual_keys[] = {
	"name",
	"type",
	"builder",
	"pool",
	"vcpus",
	"maxvcpus",
	"cpus",
	"cpus_soft",
	"cpu_weight",
	"cap",
	"memory",
	"maxmem",
	"vnuma",
	"on_poweroff",
	"on_reboot",
	"on_watchdog",
	"on_crash",
	"on_soft_reset",
	"kernel",
	"ramdisk",
	"cmdline",
	"root",
	"extra",
	"firmware",
	"pvshim",
	"pvshim_path",
	"pvshim_cmdline",
	"pvshim_extra",
	"uuid",
	"seclabel",
	"init_seclabel",
	"max_grant_frames",
	"max_maptrack_frames",
	"max_grant_version",
	"nomigrate",
	"driver_domain",
	"device_tree",
	"passthrough",
	"xend_suspend_evtchn_compat",
	"vmtrace_buf_kb",
	"vpmu",
	"disk",
	"vif",
	"vtpm",
	"p9",
	"pvcalls",
	"vfb",
	"channel",
	"rdm",
	"usbctrl",
	"usbdev",
	"pci",
	"pci_permissive",
	"pci_msitranslate",
	"pci_seize",
	"pci_power_mgmt",
	"gfx_passthru",
	"rdm_mem_boundary",
	"dtdev",
	"ioports",
	"iomem",
	"irqs",
	"max_event_channels",
	"vdispl",
	"dm_restrict",
	"device_model_user",
	"vsnd",
	"vkb",
	"tee",
	"bootloader",
	"bootloader_args",
	"e820_host",
	"boot",
	"hdtype",
	"hap",
	"oos",
	"shadow_memory",
	"bios",
	"bios_path_override",
	"pae",
	"acpi",
	"acpi_s3",
	"acpi_s4",
	"acpi_laptop_slate",
	"apic",
	"nx",
	"hpet",
	"altp2m",
	"altp2mhvm",
	"nestedhvm",
	"cpuid",
	"acpi_firmware",
	"smbios_firmware",
	"ms_vm_genid",
	"tsc_mode",
	"localtime",
	"rtc_timeoffset",
	"vpt_align",
	"timer_mode",
	"mmio_hole",
	"xen_platform_pci",
	"viridian",
	"videoram",
	"stdvga",
	"vga",
	"vnc",
	"vnclisten",
	"vncdisplay",
	"vncunused",
	"vncpasswd",
	"keymap",
	"sdl",
	"opengl",
	"nographic",
	"spice",
	"spicehost",
	"spiceport",
	"spicetls_port",
	"spicedisable_ticketing",
	"spicepasswd",
	"spiceagent_mouse",
	"spicevdagent",
	"spice_clipboard_sharing",
	"spiceusbredirection",
	"spice_image_compression",
	"spice_streaming_video",
	"serial",
	"soundhw",
	"vkb_device",
	"usb",
	"usbversion",
	"usbdevice",
	"vendor_device",
	"device_model_version",
	"device_model_override",
	"stubdomain_kernel",
	"stubdomain_cmdline",
	"stubdomain_ramdisk",
	"stubdomain_memory",
	"device_model_stubdomain_override",
	"device_model_stubdomain_seclabel",
	"device_model_args",
	"device_model_args_pv",
	"device_model_args_hvm",
	"gic_version",
	"vuart",
	"mca_caps",
	"msr_relaxed",
};

/* The keys of xl.conf(5) of 4.17. */
static const char *const settings_keys[] = {
	"domid_policy",
	"autoballoon",
	"run_hotplug_scripts",
	"lockfile",
	"max_grant_frames",
	"max_maptrack_frames",
	"max_grant_version",
	"vif.default.script",
	"vif.default.bridge",
	"vif.default.backend",
	"vif.default.gatewaydev",
	"remus.default.netbufscript",
	"colo.default.proxyscript",
	"output_format",
	"blkdev_start",
	"claim_mode",
	"vm.cpumask",
	"vm.hvm.cpumask",
	"vm.pv.cpumask",
};

static void keys_of_the_manual_have_rows(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(manual_keys) / sizeof(manual_keys[0]); n++) {
		const struct key_row *row = keys_find(&guest_key_table, manual_keys[n]);

		if (!row)
			print_error("no row: %s\n", manual_keys[n]);
		assert_non_null(row);
	}
}

static void keys_are_there_once(void **state)
{
	(void)state;
	for (size_t n = 0; n < guest_key_table.count; n++)
		assert_ptr_equal(keys_find(&guest_key_table, guest_key_table.rows[n].name),
				 &guest_key_table.rows[n]);
}

static void keys_without_service_say_why(void **state)
{
	(void)state;
	for (size_t n = 0; n < guest_key_table.count; n++) {
		assert_non_null(guest_key_table.rows[n].note);
		assert_true(strlen(guest_key_table.rows[n].note) > 4);
		assert_true(guest_key_table.rows[n].guests != 0);
	}
}

static void settings_of_the_manual_are_known(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(settings_keys) / sizeof(settings_keys[0]); n++) {
		struct settings settings;
		struct strings notes = {0};
		struct failure failure = {0};
		struct config config = {0};
		char *text = alloc_format("%s = 0", settings_keys[n]);

		settings_init(&settings);
		assert_int_equal(config_parse(&config, "x", text, strlen(text), &failure), 0);
		/* 0 is no value for each of them; that the key is unknown is never said. */
		settings_take(&settings, &config, &notes, &failure);
		for (size_t i = 0; i < notes.count; i++)
			assert_null(strstr(notes.items[i], "no key"));
		strings_free(&notes);
		config_free(&config);
		settings_free(&settings);
		free(text);
	}
}

static void assert_refused(const char *line, const char *cause)
{
	struct made made;
	char *text = alloc_format("name='x'; kernel='/k'\n%s", line);

	assert_int_equal(made_from(&made, "x.cfg", text), -1);
	if (!strstr(made.failure.cause, cause) && !strstr(made.failure.next, cause))
		print_error("%s: %s; %s\n", line, made.failure.cause, made.failure.next);
	assert_true(strstr(made.failure.cause, cause) || strstr(made.failure.next, cause));
	assert_memory_equal(made.failure.object, "x.cfg:2:", 8);
	made_free(&made);
	free(text);
}

static void keys_check_kind_and_range(void **state)
{
	(void)state;
	assert_refused("memory='many'", "must be a number");
	assert_refused("memory=0", "must be from 1 to");
	assert_refused("memory=[1]", "must be a number");
	assert_refused("vcpus=9000", "must be from 1 to 8192");
	assert_refused("name=['x']", "must be a string, not a list");
	assert_refused("disk='phy:/x,xvda,w'", "must be a list");
	assert_refused("vif=[['x']]", "a list in its list");
	assert_refused("on_crash='explode'", "one of destroy, restart");
	assert_refused("localtime='yes'", "must be 0 or 1");
	assert_refused("cpu_weight=0", "must be from 1 to 65535");
}

static void keys_without_service_are_refused_when_set(void **state)
{
	struct made made;

	(void)state;
	assert_refused("pci=['00:01.0']", "IOMMU");
	assert_refused("vfb=['vnc=1']", "frame buffers");
	assert_refused("vnc=1", "frame buffers");
	assert_refused("seclabel='x:y'", "labels");
	assert_refused("vnuma=[['pnode=0']]", "virtual NUMA");
	assert_refused("usbdev=['hostdev']", "USB");
	assert_refused("passthrough='sync_pt'", "disabled");
	assert_int_equal(made_from(&made, "x.cfg",
				   "name='x'; kernel='/k'; pci=[]; vnc=0; seclabel=''; vfb=[]"),
			 0);
	assert_int_equal(made.notes.count, 0);
	made_free(&made);
}

static void keys_without_effect_are_told(void **state)
{
	struct made made;

	(void)state;
	assert_int_equal(made_from(&made, "x.cfg",
				   "name='x'; kernel='/k'\nboot='c'\nbogus=1\nbuilder='generic'"),
			 0);
	assert_int_equal(made.notes.count, 3);
	assert_string_equal(made.notes.items[0], "x.cfg:2:1: `boot' is of HVM guests");
	assert_string_equal(made.notes.items[1],
			    "x.cfg:3:1: `bogus' is no key of xl.cfg(5); it has no effect");
	assert_string_equal(made.notes.items[2], "x.cfg:4:9: `builder' is deprecated; use `type'");
	made_free(&made);
}

static void settings_reach_the_plan(void **state)
{
	static const char text[] = "claim_mode=0; max_grant_frames=64; vif.default.bridge='br7'\n"
				   "vif.default.gatewaydev='eth9'; vif.default.backend='driver'";
	struct made made = {0};
	struct config config = {0};

	(void)state;
	settings_init(&made.settings);
	assert_int_equal(config_parse(&config, "xl.conf", text, strlen(text), &made.failure), 0);
	assert_int_equal(settings_take(&made.settings, &config, &made.notes, &made.failure), 0);
	config_free(&config);
	assert_int_equal(
		config_parse(&made.config, "x", "name='x';kernel='/k';vif=['']", 29, &made.failure),
		0);
	assert_int_equal(plan_make(&made.plan, &made.config, &made.settings, "/", &made.notes,
				   &made.failure),
			 0);
	assert_false(made.plan.claim);
	assert_int_equal(made.plan.max_grant_frames, 64);
	assert_string_equal(made.plan.vifs[0].bridge, "br7");
	assert_string_equal(made.plan.vifs[0].backend_domain, "driver");
	assert_string_equal(made.plan.vif_specs.items[0], "backend=driver,gatewaydev=eth9");
	made_free(&made);
}

static void settings_refuse_bad_masks(void **state)
{
	static const char text[] = "vm.cpumask='a-b'";
	struct settings settings;
	struct strings notes = {0};
	struct failure failure = {0};
	struct config config = {0};

	(void)state;
	settings_init(&settings);
	assert_int_equal(config_parse(&config, "xl.conf", text, strlen(text), &failure), 0);
	assert_int_equal(settings_take(&settings, &config, &notes, &failure), -1);
	assert_string_equal(failure.object, "vm.cpumask");
	config_free(&config);
	settings_free(&settings);
	strings_free(&notes);
}

int test_keys(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_the_manual_have_rows),
		cmocka_unit_test(keys_are_there_once),
		cmocka_unit_test(keys_without_service_say_why),
		cmocka_unit_test(settings_of_the_manual_are_known),
		cmocka_unit_test(keys_check_kind_and_range),
		cmocka_unit_test(keys_without_service_are_refused_when_set),
		cmocka_unit_test(keys_without_effect_are_told),
		cmocka_unit_test(settings_reach_the_plan),
		cmocka_unit_test(settings_refuse_bad_masks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
