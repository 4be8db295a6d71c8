/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interface specifications, rates, what is left open. */
#include <string.h>

#include "bench.h"
#include "libdom/device.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const uint8_t uuid[16] = {0x12, 0x34};

static void everything_may_be_left_out(void **state)
{
	struct vif_spec vif;
	struct failure failure;

	bench_parse_vif("", &vif);
	assert_int_equal(vif.devid, -1);
	assert_false(vif.has_mac || vif.has_rate || vif.untrusted);
	assert_int_equal(vif_complete(&vif, 1, uuid, NULL, &failure), 0);
	assert_int_equal(vif.devid, 0);
	assert_string_equal(vif.bridge, "xenbr0");
	assert_int_equal(vif.mac[0] << 16 | vif.mac[1] << 8 | vif.mac[2], 0x00163e);
}

static void all_keys_are_taken(void **state)
{
	static const uint8_t mac[6] = {0x00, 0x16, 0x3e, 0x74, 0x3d, 0x76};
	struct vif_spec vif;

	bench_parse_vif("mac=00:16:3E:74:3d:76, bridge=br1 ,model=e1000,type=vif,ip=10.0.0.2,"
			"rate=1MB/s@20ms,script=vif-route,gatewaydev=eth1,vifname=web0,backend=0,"
			"accel=sfc,devid=3,mtu=9000,untrusted",
			&vif);
	assert_memory_equal(vif.mac, mac, 6);
	assert_string_equal(vif.bridge, "br1");
	assert_string_equal(vif.model, "e1000");
	assert_int_equal(vif.type, VIF_TYPE_VIF);
	assert_string_equal(vif.ip, "10.0.0.2");
	assert_int_equal(vif.rate_bytes, 20000);
	assert_int_equal(vif.rate_interval_us, 20000);
	assert_string_equal(vif.script, "/etc/xen/scripts/vif-route");
	assert_string_equal(vif.gatewaydev, "eth1");
	assert_string_equal(vif.vifname, "web0");
	assert_int_equal(vif.devid, 3);
	assert_int_equal(vif.mtu, 9000);
	assert_true(vif.untrusted);
}

static void rates_are_bytes_an_interval(void **state)
{
	static const struct {
		const char *text;
		uint32_t bytes, interval_us;
	} cases[] = {
		{"10Mb/s", 62500, 50000},      {"250KB/s", 12500, 50000},
		{"1MB/s@20ms", 20000, 20000},  {"1GB/s@1s", 1000000000, 1000000},
		{"8000b/s@1s", 1000, 1000000}, {"100B/s@500000", 50, 500000},
		{"100MB/s@100us", 10000, 100},
	};
	uint32_t bytes, interval_us;
	struct spec_error error;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(vif_parse_rate(cases[i].text, &bytes, &interval_us, &error), 0);
		assert_int_equal(bytes, cases[i].bytes);
		assert_int_equal(interval_us, cases[i].interval_us);
	}
}

static void wrong_rates_are_refused(void **state)
{
	static const char *const rates[] = {
		"",	   "10",	   "10Mb",     "Mb/s",	    "10Tb/s",
		"10Mb/s@", "1B/s@1us",	   "10Mb/s@0", "10Mb/s@1h", "99999GB/s@1s",
		"-1Mb/s",  "10Mb/s@5000s", "10 Mb/s",  "10Mb/sx",
	};
	uint32_t bytes, interval_us;
	struct spec_error error;

	for (size_t i = 0; i < COUNT(rates); i++)
		if (vif_parse_rate(rates[i], &bytes, &interval_us, &error) == 0)
			fail_msg("%s is accepted", rates[i]);
}

static void errors_have_a_column(void **state)
{
	static const struct {
		const char *text;
		unsigned int column;
	} cases[] = {
		{"bridge=xenbr0,foo=1", 15},
		{"bridge=xenbr0,mac=1:2", 19},
		{"mac=01:00:00:00:00:00", 5},
		{"bridge=a,bridge=b", 10},
		{"gibberish", 1},
		{"bridge=abcdefghijklmnop", 8},
		{"bridge=a/b", 8},
		{"rate=10Mb/s@1h", 14},
		{"devid=65536", 7},
		{"mtu=9x", 5},
		{"type=tap", 6},
		{"script=a/b", 8},
		{"vifname=..", 9},
	};
	struct vif_spec vif;
	struct spec_error error;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (vif_parse(cases[i].text, &vif, &error) == 0)
			fail_msg("%s is accepted", cases[i].text);
		if (error.column != cases[i].column)
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
	}
}

static void addresses_follow_from_uuid_and_devid(void **state)
{
	static const uint8_t other[16] = {0x12, 0x35};
	uint8_t a[6], b[6];

	vif_generate_mac(uuid, 0, a);
	vif_generate_mac(uuid, 0, b);
	assert_memory_equal(a, b, 6);
	vif_generate_mac(uuid, 1, b);
	assert_memory_not_equal(a, b, 6);
	vif_generate_mac(other, 0, b);
	assert_memory_not_equal(a, b, 6);
	assert_int_equal(a[3] & 0x80, 0);
}

static void devids_that_are_given_are_left_out(void **state)
{
	struct vif_spec vifs[3];
	struct failure failure;

	bench_parse_vif("", &vifs[0]);
	bench_parse_vif("devid=0", &vifs[1]);
	bench_parse_vif("script=vif-route", &vifs[2]);
	assert_int_equal(vif_complete(vifs, 3, uuid, "br5", &failure), 0);
	assert_int_equal(vifs[0].devid, 1);
	assert_int_equal(vifs[2].devid, 2);
	assert_string_equal(vifs[0].bridge, "br5");
	assert_string_equal(vifs[2].bridge, "");
}

static void stock_script_is_none(void **state)
{
	struct vif_spec vif;
	struct failure failure;

	bench_parse_vif("script=vif-bridge", &vif);
	assert_int_equal(vif_complete(&vif, 1, uuid, NULL, &failure), 0);
	assert_string_equal(vif.script, "");
	assert_string_equal(vif.bridge, "xenbr0");
}

static void nothing_is_given_twice(void **state)
{
	static const char *const pairs[][2] = {
		{"devid=1", "devid=1"},
		{"mac=00:16:3e:00:00:01", "mac=00:16:3E:00:00:01"},
		{"vifname=web", "vifname=web"},
	};
	struct vif_spec vifs[2];
	struct failure failure;

	for (size_t i = 0; i < COUNT(pairs); i++) {
		bench_parse_vif(pairs[i][0], &vifs[0]);
		bench_parse_vif(pairs[i][1], &vifs[1]);
		assert_int_equal(vif_complete(vifs, 2, uuid, NULL, &failure), -1);
		assert_int_equal(failure.code, FAILURE_CONFIGURATION);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(everything_may_be_left_out),
	cmocka_unit_test(all_keys_are_taken),
	cmocka_unit_test(rates_are_bytes_an_interval),
	cmocka_unit_test(wrong_rates_are_refused),
	cmocka_unit_test(errors_have_a_column),
	cmocka_unit_test(addresses_follow_from_uuid_and_devid),
	cmocka_unit_test(devids_that_are_given_are_left_out),
	cmocka_unit_test(stock_script_is_none),
	cmocka_unit_test(nothing_is_given_twice),
};

const struct bench_tests vif_tests = {tests, COUNT(tests)};
