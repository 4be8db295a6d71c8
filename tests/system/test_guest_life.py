# SPDX-License-Identifier: GPL-2.0-or-later
"""PV guests with Debian's kernel, from their creation to their end, by all the commands for it."""
import json
import re

import pytest

from guests import CREATE_SECONDS, KERNEL, Dom0, dom0, image


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared):
    """dom0 with a guest of two vcpus in it."""
    box = boot_shared("guest-life", initrd=image(), **dom0())
    box.wait_shell()
    host = Dom0(box)
    host.warm_up()
    host.snapshot()
    host.run(f"tl unpack /var/lib/xen/guest/demo.cfg {KERNEL} >/root/unpacked 2>&1 &")
    host.create("deb", vcpus=2, maxvcpus=4, memory=128, maxmem=192)
    return host


@pytest.mark.slow
@pytest.mark.xdist_group("guest-life")
class TestLife:
    """The tests go from one to the next with the same guest, up to its end."""

    def test_guest_life_kernel_was_unpacked_ahead(self, host):
        """`tl unpack` was at it, when the machine is idle, as the guest's creation began: that waited."""
        assert host.run("ls /var/cache/trestle/kernels | wc -l; cat /root/unpacked; rm /root/unpacked") \
            == f"1\n{KERNEL}\n{KERNEL}"

    def test_guest_life_list_has_xls_form(self, host):
        """Columns of list, vcpu-list, domid, domname; `xl` says the same."""
        domid = host.domid("deb")
        lines = host.run("tl list").splitlines()
        assert re.fullmatch(r"Name +ID +Mem VCPUs\tState\tTime\(s\)", lines[0])
        assert re.fullmatch(r"Domain-0 +0 +512 +2 +r----- +\d+\.\d", lines[1])
        assert re.fullmatch(rf"deb +{domid} +1\d\d +2 +(r-|-b|--)---- +\d+\.\d", lines[2])
        assert host.run(f"tl domname {domid}") == "deb"
        assert host.run("xl list | sed 's/  *[0-9.]*$//;s/[rb-]*$//'") == \
            host.run("tl list | sed 's/  *[0-9.]*$//;s/[rb-]*$//'")
        lines = host.run("tl vcpu-list deb").splitlines()
        assert re.fullmatch(r"Name +ID +VCPU +CPU State +Time\(s\) Affinity \(Hard / Soft\)", lines[0])
        assert len(lines) == 5
        assert sum(bool(re.search(r" -  --p ", line)) for line in lines[1:]) in (0, 2)
        assert host.run("tl domid nobody", status=1).startswith("tl: ")
        assert host.run("xl domid nobody", status=1)

    def test_guest_life_list_has_json(self, host):
        """list, list --long and info parse."""
        rows = json.loads(host.run("tl list --json"))
        assert {row["name"] for row in rows} == {"Domain-0", "deb"}
        rows = json.loads(host.run("tl list --long deb"))
        assert rows[0]["config"]["c_info"]["name"] == "deb"
        info = json.loads(host.run("tl info --json"))
        assert info["xen_major"] == 4 and info["xen_minor"] == 17 and info["nr_cpus"] == 2
        text = dict(re.split(r" *: ?", line, maxsplit=1) for line in host.run("tl info").splitlines())
        assert text["free_memory"] == str(info["free_memory"])
        assert text["host"] == "dom0" and text["xen_pagesize"] == "4096"

    def test_guest_life_vcpus_come_and_go(self, host):
        """vcpu-set, seen by the guest's kernel and by the hypervisor. It is for the guest's user space
        (udev) to bring a processor up that has come; here the test does."""
        for count in (4, 1, 2):
            host.run(f"tl vcpu-set deb {count}")
            there = "0" if count == 1 else f"0-{count - 1}"
            host.ask("deb", f"until [ $(cat /sys/devices/system/cpu/present) = {there} ]; do usleep "
                     "100000; done; for f in /sys/devices/system/cpu/cpu*/online; do "
                     "[ ! -e $f ] || [ $(cat $f) = 1 ] || echo 1 >$f; done")
            host.until(f"[ $(tl list deb | awk 'NR == 2 {{ print $4 }}') = {count} ]")
            assert int(host.ask("deb", "grep -c ^processor /proc/cpuinfo")) == count
        host.fails("tl vcpu-set deb 5")

    def test_guest_life_vcpus_are_pinned(self, host):
        """vcpu-pin hard and soft; it runs there and only there."""
        host.run("tl vcpu-pin deb all 1 0")
        assert len(re.findall(r" 1 / 0$", host.run("tl vcpu-list deb"), re.MULTILINE)) == 4
        host.ask("deb", "dd if=/dev/zero bs=1M count=50 2>/dev/null | md5sum")
        assert re.search(r"^deb +\d+ +0 +1 ", host.run("tl vcpu-list deb"), re.MULTILINE)
        host.run("tl vcpu-pin deb 0 0 all; tl vcpu-pin deb 0 all")
        assert re.search(r"^deb +\d+ +0 .* all / all$", host.run("tl vcpu-list deb"), re.MULTILINE)
        host.fails("tl vcpu-pin deb 9 0")

    def test_guest_life_balloon_follows(self, host):
        """mem-set down and up, pages counted; mem-max limits it, maxmem both."""
        free = host.free_bytes()
        host.run("tl mem-set deb 96")
        host.until("[ $(tl list deb | awk 'NR == 2 { print $3 }') -le 97 ]")
        assert host.free_bytes() - free >= 30 << 20
        assert int(host.ask("deb", "awk '/MemTotal/ { print $2 }' /proc/meminfo")) < 98304
        host.run("tl mem-set deb 160")
        host.until("[ $(tl list deb | awk 'NR == 2 { print $3 }') -ge 159 ]")
        host.run("tl mem-max deb 176")
        most = json.loads(host.run("tl list --json deb"))[0]["max_memory_kib"]
        assert 176 << 10 <= most <= 178 << 10
        host.fails("tl mem-set deb 300")
        host.run("tl mem-set deb 128")
        host.until("[ $(tl list deb | awk 'NR == 2 { print $3 }') -le 129 ]")

    def test_guest_life_pause_stops_it(self, host):
        """A paused guest uses no time, then goes on."""
        host.run("tl pause deb")
        assert "p" in host.listed("deb")["state"]
        times = [host.run("tl list --json deb | grep cpu_seconds; sleep 1") for _ in range(2)]
        assert times[0] == times[1]
        host.run("tl unpause deb")
        assert host.ask("deb", "echo on") == "on"

    def test_guest_life_weights_are_set(self, host):
        """sched-credit."""
        host.run("tl sched-credit -d deb -w 512 -c 60")
        assert re.search(r"^deb +\d+ +512 +60$", host.run("tl sched-credit -d deb"), re.MULTILINE)
        host.fails("tl sched-credit -d deb -w 70000")
        host.run("tl sched-credit -d deb -w 256 -c 0")

    def test_guest_life_name_changes(self, host):
        """rename, and back; a name in use is refused."""
        domid = host.domid("deb")
        host.run("tl rename deb debian")
        assert host.domid("debian") == domid and not host.listed("deb")
        assert host.run(f"xenstore-read /local/domain/{domid}/name") == "debian"
        host.fails("tl rename debian Domain-0")
        host.run("tl rename debian deb")

    def test_guest_life_core_is_written(self, host):
        """dump-core: an ELF file with the guest's memory, and the guest goes on."""
        host.run("tl dump-core deb /root/core", 120)
        assert host.run("dd if=/root/core bs=4 count=1 2>/dev/null | xxd -p") == "7f454c46"
        assert int(host.run("stat -c %s /root/core")) > 120 << 20
        assert host.ask("deb", "echo on") == "on"
        host.run("rm /root/core")

    def test_guest_life_magic_keys_arrive(self, host):
        """sysrq."""
        if not host.has("sysrq"):
            pytest.skip("tl has no sysrq")
        host.ask("deb", "dmesg -n 8; echo 1 >/proc/sys/kernel/sysrq")
        host.run("tl sysrq deb m")
        host.wait_log("deb", "Mem-Info")
        host.ask("deb", "dmesg -n 1")

    def test_guest_life_trigger_is_refused_or_sent(self, host):
        """trigger: a PV guest has no power button."""
        if not host.has("trigger"):
            pytest.skip("tl has no trigger")
        host.fails("tl trigger deb power")
        host.fails("tl trigger deb nonsense")

    def test_guest_life_reboot_gives_a_new_domain(self, host):
        """on_reboot is restart: the same name, another number, and it comes up."""
        domid = host.domid("deb")
        host.run("tl reboot -w deb", 120)
        host.until(f"[ \"$(tl domid deb 2>/dev/null || echo {domid})\" != {domid} ]")
        host.wait_log("deb", "guest is up", times=2)
        assert host.ask("deb", "echo on") == "on"

    @pytest.mark.parametrize("deed", ["restart", "preserve", "destroy"])
    def test_guest_life_panic_is_acted_on(self, host, deed):
        """on_crash of a guest whose kernel panics."""
        domid = host.create("panic", memory=96, on_crash=deed, extra="console=hvc0 quiet panic=1")
        host.run(f"ask {domid} 1 'echo c >/proc/sysrq-trigger' || true")
        if deed == "restart":
            host.until(f"[ \"$(tl domid panic 2>/dev/null || echo {domid})\" != {domid} ]")
            host.wait_log("panic", "guest is up", times=2)
        elif deed == "preserve":
            host.until("tl list panic | grep -q -- '---sc-'")
            assert host.domid("panic") == domid
        else:
            host.wait_gone("panic")
            return
        host.run("tl destroy panic")
        assert not host.listed("panic")

    def test_guest_life_shutdown_ends_it(self, host):
        """shutdown -w, and nothing is left of anything until now."""
        host.run("tl shutdown -ww deb", 120)
        assert not host.listed("deb")
        host.run("rm -f /root/*.cfg")
        host.same_as(counts_memory=False)

    @pytest.mark.parametrize("vcpus", [1, 8])
    def test_guest_life_comes_up_with_vcpus(self, host, vcpus):
        """All of them compute."""
        host.create("many", vcpus=vcpus)
        assert int(host.ask("many", "grep -c ^processor /proc/cpuinfo")) == vcpus
        sums = host.ask("many", f"for n in $(seq 0 {vcpus - 1}); do taskset $(printf %x $((1 << n))) "
                        "sh -c 'seq 2000 | md5sum' & done; wait", CREATE_SECONDS)
        assert len(re.findall(r"^\w{32}  -$", sums, re.MULTILINE)) == vcpus
        assert len(set(re.findall(r"^\w{32}", sums, re.MULTILINE))) == 1
        host.run("tl destroy many")
        assert not host.listed("many")
