# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands about many domains or the machine: CPU pools, schedulers, CD drives, lists, keys."""
import json
import re

import pytest

from guests import Dom0, dom0, image

# What a busy guest gets is counted over so long.
BUSY_SECONDS = 4


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared):
    """dom0 on the first of four CPUs, a guest that waits and two that never do."""
    box = boot_shared("guest-commands", initrd=image(),
                      **dom0(cpus=4, hypervisor_options="dom0_max_vcpus=1 dom0_vcpus_pin"))
    box.wait_shell()
    host = Dom0(box)
    host.warm_up()
    host.snapshot()
    for name in ("one", "two"):
        host.run(f"tl create -q {host.configure_tiny(name, kernel='tiny-busy')}")
    host.run(f"tl create -q {host.configure_tiny('quiet')}")
    return host


def pools(host):
    """Name to the rest of its line."""
    lines = host.run("tl cpupool-list").splitlines()
    assert re.fullmatch(r"Name +CPUs +Sched +Active +Domain count", lines[0])
    return {line.split()[0]: line.split()[1:] for line in lines[1:]}


def seconds_of(host, name):
    """The processor time that a guest had so far."""
    return next(row["cpu_seconds"] for row in json.loads(host.run("tl list --json"))
                if row["name"] == name)


@pytest.mark.slow
@pytest.mark.xdist_group("guest-commands")
class TestCommands:
    """The guests stay; each test leaves the pools as it found them but where it says so."""

    def test_guest_commands_pool_is_made_and_used(self, host):
        """create, list, migrate, rename, cpu-add, cpu-remove, destroy."""
        assert pools(host) == {"Pool-0": ["4", "credit", "y", "4"]}
        host.run("tl cpupool-cpu-remove Pool-0 2-3")
        host.run("tl cpupool-create name=\\\"side\\\" sched=\\\"null\\\" cpus=\\\"2\\\"")
        assert pools(host) == {"Pool-0": ["2", "credit", "y", "4"], "side": ["1", "null", "y", "0"]}
        host.run("tl cpupool-migrate one side")
        assert pools(host)["side"] == ["1", "null", "y", "1"]
        assert re.search(r"(?m)^one +\d+ +0 +2 +r-- ", host.run("tl vcpu-list one"))
        host.run("tl cpupool-cpu-add side 3; tl cpupool-rename side other")
        assert pools(host)["other"] == ["2", "null", "y", "1"]
        assert "Pool-0 " in host.run("tl cpupool-list -c") and "2,3" in host.run("tl cpupool-list -c")
        host.fails("tl cpupool-destroy other")
        host.run("tl cpupool-migrate one Pool-0; tl cpupool-destroy other; tl cpupool-cpu-add Pool-0 2-3")
        assert pools(host) == {"Pool-0": ["4", "credit", "y", "4"]}

    def test_guest_commands_real_time_pool(self, host):
        """A guest in a pool of rtds gets its budget in each period."""
        host.run("tl cpupool-cpu-remove Pool-0 3; "
                 "tl cpupool-create name=\\\"real\\\" sched=\\\"rtds\\\" cpus=\\\"3\\\"; "
                 "tl cpupool-migrate two real; tl sched-rtds -d two -p 200000 -b 50000 -e 0")
        assert re.search(r"(?m)^two +\d+ +200000 +50000", host.run("tl sched-rtds -d two"))
        share = self.share(host, "two")
        assert 0.15 < share < 0.35, share
        host.run("tl cpupool-migrate two Pool-0; tl cpupool-destroy real; tl cpupool-cpu-add Pool-0 3")

    def test_guest_commands_cap_holds(self, host):
        """sched-credit: a guest alone on its CPU gets what its cap says."""
        host.run("tl vcpu-pin one 0 3; tl vcpu-pin two 0 2; tl sched-credit -d one -c 30")
        assert re.search(r"(?m)^one +\d+ +256 +30", host.run("tl sched-credit -d one"))
        share = self.share(host, "one")
        assert 0.15 < share < 0.35, share
        host.run("tl sched-credit -d one -c 0; tl vcpu-pin one 0 all; tl vcpu-pin two 0 all")

    def test_guest_commands_affinity_outside_the_pool_stops_nobody(self, host):
        """A guest whose CPUs left its pool runs on the others, cap or not."""
        host.run("tl vcpu-pin one 0 3; tl cpupool-cpu-remove Pool-0 3; tl sched-credit -d one -c 30")
        share = self.share(host, "one")
        assert 0.15 < share < 0.35, share
        host.run("tl sched-credit -d one -c 0")
        assert self.share(host, "one") > 0.7
        host.run("tl vcpu-pin one 0 all; tl cpupool-cpu-add Pool-0 3")

    @staticmethod
    def share(host, name):
        """The part of a CPU that a guest gets, by the hypervisor's clock on both sides."""
        clock = "cut -d' ' -f1 /proc/uptime"
        start, before = float(host.run(clock)), seconds_of(host, name)
        host.run(f"sleep {BUSY_SECONDS}")
        return (seconds_of(host, name) - before) / (float(host.run(clock)) - start)

    def test_guest_commands_lists(self, host):
        """uptime, vm-list, claims, sharing, top: a line for each domain."""
        domids = {str(host.domid(name)) for name in ("one", "two", "quiet")}
        uptimes = host.run("tl uptime").splitlines()
        assert {line.split()[1] for line in uptimes[1:]} == domids | {"0"}
        assert all(re.search(r"\d+:\d\d:\d\d$", line) for line in uptimes[1:])
        assert domids < {line.split()[1] for line in host.run("tl vm-list").splitlines()[1:]}
        for command in ("claims", "sharing"):
            rows = json.loads(host.run(f"tl {command} --json"))
            assert {row["name"] for row in rows} >= {"one", "two", "quiet"}
        table = host.run("tl top -b -i 2 -d 1").splitlines()
        assert [line.split()[0] for line in table].count("one") == 2
        assert float(next(line for line in reversed(table) if line.split()[0] == "two").split()[3]) > 20

    def test_guest_commands_keys_reach_the_hypervisor(self, host):
        """debug-keys; dmesg has what they print, and -c clears it."""
        host.run("tl dmesg -c >/dev/null; tl debug-keys q")
        host.until("tl dmesg | grep -q 'omain'")
        host.run("tl dmesg -c >/dev/null; [ -z \"$(tl dmesg)\" ]")
    
    def test_guest_commands_configuration_is_for_the_next_start(self, host):
        """config-update changes nothing now."""
        host.run("tl config-update quiet /root/quiet.cfg memory=8 on_reboot=\\\"preserve\\\"")
        assert host.listed("quiet")["memory"] == 4
        assert json.loads(host.run("tl list -l quiet"))[0]["config"]["on_reboot"] == "preserve"

    def test_guest_commands_machine_is_described(self, host):
        """version, completion and manual."""
        assert "-trestle" in host.run("tl version")
        words = host.run("tl completion").split()
        assert {"config-update", "cpupool-migrate", "network-list"} <= set(words)
        assert ".SH" in host.run("tl manual")

    def test_guest_commands_leave_nothing(self, host):
        """All of it goes with the guests."""
        host.run("tl destroy one; tl destroy two; tl destroy quiet; rm /root/*.cfg")
        host.same_as(counts_memory=False)
