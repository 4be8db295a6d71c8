/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of this machine's kernel, in a network namespace made for the test. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>

#include "libdevice_host.h"
#include "libdom/network.h"

static struct nl_sock *sock;
static struct network *network;

static int make_links(void)
{
	struct rtnl_link *bridge = rtnl_link_bridge_alloc();
	int error;

	rtnl_link_set_name(bridge, "br0");
	error = rtnl_link_add(sock, bridge, NLM_F_CREATE);
	rtnl_link_put(bridge);
	return error ? error : rtnl_link_veth_add(sock, "vif3.0", "peer", getpid());
}

static int set_up(void **state)
{
	struct failure failure;

	*state = NULL;
	if (unshare(CLONE_NEWNET))
		return 0;
	sock = nl_socket_alloc();
	if (nl_connect(sock, NETLINK_ROUTE) || network_open(&network, &failure))
		return -1;
	*state = make_links() ? NULL : network;
	return 0;
}

static int tear_down(void **state)
{
	network_close(network);
	nl_socket_free(sock);
	network = NULL;
	sock = NULL;
	return 0;
}

static void need_links(void **state)
{
	if (*state)
		return;
	print_message("skipped: no network namespace with a bridge and veth here\n");
	skip();
}

static void interface_becomes_a_port_of_its_bridge(void **state)
{
	struct vif_spec vif = {.bridge = "br0", .vifname = "web0", .mtu = 1400};
	struct rtnl_link *link, *bridge;
	struct failure failure = {0};
	uint32_t mtu;

	need_links(state);
	assert_int_equal(network_check(network, &vif, &failure), 0);
	if (network_plug(network, "vif3.0", &vif, &mtu, &failure))
		fail_msg("%s: %s", failure.object, failure.cause);
	assert_int_equal(mtu, 1400);
	assert_false(network_has(network, "vif3.0"));
	assert_int_equal(rtnl_link_get_kernel(sock, 0, "web0", &link), 0);
	assert_int_equal(rtnl_link_get_kernel(sock, 0, "br0", &bridge), 0);
	assert_int_equal(rtnl_link_get_master(link), rtnl_link_get_ifindex(bridge));
	assert_int_equal(rtnl_link_get_mtu(link), 1400);
	assert_true(rtnl_link_get_flags(link) & 1);
	rtnl_link_put(link);
	rtnl_link_put(bridge);
}

static void mtu_is_the_bridges_unless_given(void **state)
{
	struct vif_spec vif = {.bridge = "br0"};
	struct failure failure;
	uint32_t mtu;

	need_links(state);
	assert_int_equal(network_plug(network, "vif3.0", &vif, &mtu, &failure), 0);
	assert_int_equal(mtu, 1500);
	assert_true(network_has(network, "vif3.0"));
}

static void what_is_no_bridge_is_refused(void **state)
{
	struct vif_spec missing = {.bridge = "br9"}, other = {.bridge = "peer"};
	struct failure failure;

	need_links(state);
	assert_int_equal(network_check(network, &missing, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_int_equal(network_check(network, &other, &failure), -1);
	assert_int_equal(failure.code, FAILURE_CONFIGURATION);
}

static void name_that_is_taken_is_refused(void **state)
{
	struct vif_spec vif = {.bridge = "br0", .vifname = "peer"};
	struct failure failure;

	need_links(state);
	assert_int_equal(network_check(network, &vif, &failure), -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
}

static void new_interfaces_are_told(void **state)
{
	struct pollfd fd;

	need_links(state);
	network_drain(network);
	fd = (struct pollfd){.fd = network_fd(network), .events = POLLIN};
	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_int_equal(rtnl_link_veth_add(sock, "vif3.1", "peer1", getpid()), 0);
	assert_int_equal(poll(&fd, 1, 5000), 1);
	network_drain(network);
	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_true(network_has(network, "vif3.1"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(interface_becomes_a_port_of_its_bridge),
	TEST(mtu_is_the_bridges_unless_given),
	TEST(what_is_no_bridge_is_refused),
	TEST(name_that_is_taken_is_refused),
	TEST(new_interfaces_are_told),
};

const struct host_tests network_tests = {tests, sizeof(tests) / sizeof(tests[0])};
