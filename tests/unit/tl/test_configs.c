/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations are, byte for byte, what the peer's xl printed of the same guests: list --long,
 * create -n. The copy for libxenlight is there as long as the guest's state is.
 */
#include "../libdom/libdom.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "fake_xenstore.h"
#include "libdom/runtime.h"
#include "libdom/userdata.h"
#include "peer.h"
#include "tl/domain_config.h"
#include "tl/json_text.h"

#define GOLDEN "tests/unit/tl/golden/"
#define UUID "12345678-1234-1234-1234-123456789012"
#define BASE                                                                                     \
	"vcpus=2; memory=16; maxmem=32; kernel='/guest/tiny'; extra='console=hvc0'; uuid='" UUID \
	"'\n"

static char folder[] = "/tmp/configs.XXXXXX";

static void assert_golden(const json_t *value, const char *name, const char *end)
{
	char path[100], *text = NULL, *expected = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);

	json_text_print(value, file);
	fputs(end, file);
	fclose(file);
	snprintf(path, sizeof(path), GOLDEN "%s.txt", name);
	file = fopen(path, "r");
	assert_non_null(file);
	length = 0;
	assert_true(getdelim(&expected, &length, '\0', file) > 0);
	fclose(file);
	assert_string_equal(text, expected);
	free(expected);
	free(text);
}

static void write_state(uint32_t domid, const char *text)
{
	struct runtime_state state = {.domid = domid, .complete = true};
	struct failure failure;
	struct made made;

	assert_int_equal(made_from(&made, "x", text), 0);
	state.plan = made.plan;
	assert_int_equal(runtime_write_state(&state, &failure), 0);
	made_free(&made);
}

static json_t *describe(uint32_t first, uint32_t end)
{
	struct domain_config_sources sources;
	struct failure failure;
	json_t *array = json_array();
	struct store *store;

	assert_int_equal(store_open(&store, &failure), 0);
	assert_int_equal(domain_config_init(&sources, (struct ctl *)&peer, store), 0);
	for (uint32_t n = first; n < end; n++)
		json_array_append_new(
			array,
			json_pack("{s:i, s:o}", "domid", (int)peer.domains[n].domain, "config",
				  domain_config_describe(&sources, &peer.domains[n])));
	domain_config_fini(&sources);
	store_close(store);
	return array;
}

static void set_memory(uint32_t domid, const char *most, const char *target)
{
	char path[64];

	snprintf(path, sizeof(path), "/local/domain/%u/memory/static-max", domid);
	fake_xenstore_set(path, most);
	snprintf(path, sizeof(path), "/local/domain/%u/memory/target", domid);
	fake_xenstore_set(path, target);
}

static int set_up(void **state)
{
	(void)state;
	peer_reset();
	/* One KiB less than dom0 has: what the xl of 4.17 makes of an unset video memory. */
	set_memory(0, "17179869180", "786431");
	set_memory(1, "131072", "131072");
	set_memory(2, "131072", "131072");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (uint32_t domid = 1; domid < 5; domid++)
		runtime_remove_state(domid);
	return 0;
}

static void configurations_are_listed(void **state)
{
	json_t *listed;

	(void)state;
	write_state(1, "name='g1'; kernel='/guest/vmlinuz'; ramdisk='/guest/initrd'\n"
		       "extra='console=hvc0'; memory=128; vcpus=2\n"
		       "uuid='f83c2ca2-517b-49cf-a42d-2f8b98947b76'\n");
	write_state(2, "name='old'; kernel='/guest/vmlinuz'; ramdisk='/guest/initrd'\n"
		       "extra='console=hvc0'; memory=128; vcpus=2; maxvcpus=3\n"
		       "uuid='52aa0813-19d1-4f2c-930f-51aaf0111432'\n");
	/* What was changed since: the name, and which vcpus are wanted. */
	fake_xenstore_set("/local/domain/2/cpu/0/availability", "online");
	fake_xenstore_set("/local/domain/2/cpu/1/availability", "offline");
	fake_xenstore_set("/local/domain/2/cpu/2/availability", "offline");
	listed = describe(0, 3);
	assert_golden(listed, "list-long", "\n");
	json_decref(listed);
}

/* The peer's domain in the place of its first guest. */
static void become(uint32_t domid, const char *name, unsigned int weight, const char *text)
{
	char path[64];

	peer.domains[1].domain = (domid_t)domid;
	peer.weights[1] = weight;
	peer.caps[1] = domid == 4 ? 50 : 0;
	uuid_parse(UUID, peer.domains[1].handle);
	snprintf(path, sizeof(path), "/local/domain/%u/name", domid);
	fake_xenstore_set(path, name);
	set_memory(domid, "32768", "16384");
	write_state(domid, text);
}

static void devices_are_those_of_the_file(void **state)
{
	json_t *listed;

	(void)state;
	become(3, "dev", 256,
	       BASE "name='dev'; on_crash='preserve'\n"
		    "disk=['format=raw,vdev=xvda,access=rw,script=mine,target=/d.img',\n"
		    " 'format=raw,vdev=xvdb,access=ro,script=mine,target=/d.img',\n"
		    " 'format=raw,vdev=xvdc,devtype=cdrom,script=mine,target=/d.img']\n"
		    "vif=['mac=00:16:3e:01:02:03,bridge=xenbr0,script=mine',\n"
		    " 'mac=00:16:3e:01:02:04,bridge=xenbr0,script=mine,rate=10Mb/s,ip=10.0.0.1,"
		    "vifname=foo,model=e1000']\n");
	listed = describe(1, 2);
	assert_golden(listed, "list-long-devices", "\n");
	json_decref(listed);
}

static void places_and_limits_are_listed(void **state)
{
	json_t *listed;

	(void)state;
	become(4, "dev2", 300,
	       BASE
	       "name='dev2'; on_crash='preserve'; cpus='0'; cpus_soft='1'; cpu_weight=300\n"
	       "cap=50; root='/dev/xvda'; tsc_mode='native'; nomigrate=1; localtime=1\n"
	       "max_grant_frames=64; vif=['mac=00:16:3e:01:02:03,bridge=xenbr0,script=mine']\n");
	listed = describe(1, 2);
	assert_golden(listed, "list-long-placed", "\n");
	json_decref(listed);
}

static void assert_written(const char *text, const char *name)
{
	json_t *described;
	struct made made;

	assert_int_equal(made_from(&made, "x", text), 0);
	described = plan_describe(&made.plan, PLAN_FORM_WRITTEN, NULL);
	assert_golden(described, name, "");
	json_decref(described);
	made_free(&made);
}

static void configurations_are_printed_as_written(void **state)
{
	(void)state;
	assert_written(
		BASE
		"name='d1'\n"
		"disk=['format=raw,vdev=xvda,access=rw,target=/d.img', '/d.img,qcow2,xvdb,r',\n"
		" 'file:/d.img,hdc:cdrom,r']\n"
		"vif=['mac=00:16:3e:01:02:03,bridge=xenbr0,model=e1000,rate=10Mb/s,"
		"script=vif-nat,ip=10.0.0.1', '',\n"
		" 'backend=Domain-0,type=vif,vifname=foo,gatewaydev=xx']\n",
		"create-n-devices");
	assert_written(BASE "name='d4'; extra='a'\n"
			    "cpuid=['0x1:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxxx0xxxx']\n",
		       "create-n-cpuid");
}

static size_t count_userdata(void)
{
	char pattern[100];
	size_t count;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/userdata-*", folder);
	count = glob(pattern, 0, NULL, &found) ? 0 : found.gl_pathc;
	globfree(&found);
	return count;
}

static void others_see_what_was_made(void **state)
{
	json_t *config;

	(void)state;
	write_state(3, BASE "name='a'");
	write_state(4, BASE "name='b'");
	config = userdata_read(3, UUID);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(config, "c_info"), "name")), "a");
	json_decref(config);
	/* Another identity takes the place of the first. */
	write_state(3,
		    "name='a'; memory=8; kernel='/k'; uuid='12345678-1234-1234-1234-1234567890aa'");
	assert_null(userdata_read(3, UUID));
	assert_int_equal(count_userdata(), 2);
	runtime_remove_state(3);
	assert_int_equal(count_userdata(), 1);
	assert_int_equal(userdata_write_dom0(), 0);
	assert_int_equal(count_userdata(), 2);
	userdata_remove(0);
}

static void what_others_made_is_listed(void **state)
{
	json_t *config = json_pack("{s:{s:s, s:s}, s:{s:i}, s:[]}", "c_info", "type", "pv", "name",
				   "x", "b_info", "max_vcpus", 3, "disks");
	json_t *listed;

	(void)state;
	userdata_write(1, "f83c2ca2-517b-49cf-a42d-2f8b98947b76", config);
	json_decref(config);
	listed = describe(1, 2);
	config = json_object_get(json_array_get(listed, 0), "config");
	assert_non_null(json_object_get(config, "disks"));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(config, "c_info"), "name")),
		"g1");
	json_decref(listed);
	userdata_remove(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(configurations_are_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(devices_are_those_of_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places_and_limits_are_listed, set_up, tear_down),
		cmocka_unit_test(configurations_are_printed_as_written),
		cmocka_unit_test_setup_teardown(others_see_what_was_made, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_others_made_is_listed, set_up, tear_down),
	};
	char path[64];
	int failed;

	if (!mkdtemp(folder) || setenv("TRESTLE_RUN", folder, 1))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(path, sizeof(path), "%s/domains", folder);
	rmdir(path);
	rmdir(folder);
	return failed;
}
