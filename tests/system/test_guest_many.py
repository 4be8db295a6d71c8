# SPDX-License-Identifier: GPL-2.0-or-later
"""A hundred guests at once, and a store that ends or is replaced while guests come and go."""
import random

import pytest

from guests import Dom0, dom0, files_of, image

GUESTS, PART = 100, 20
# A page of the last guests that ended by themselves may stay in use until others come: seen both ways.
LINGERS = 4096
# Writers and transactions of dom0's own beside guests that come and go.
LOAD = """#!/bin/sh
n=0
while [ -e /root/load-runs ]; do
	n=$((n + 1))
	xenstore-write /load/$1/$((n % 50)) $n && [ "$(xenstore-read /load/$1/$((n % 50)))" = $n ] ||
		echo "$1: lost $n" >>/root/load-errors
	echo $n >/root/load-count.$1
done
"""


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared):
    """dom0 that had a guest before: what is made once only has been made."""
    control = files_of("xen-utils-4.17", r"/bin/xenstore-control$", "/usr/bin")
    box = boot_shared("guest-many", initrd=image("many", *control), **dom0())
    box.wait_shell()
    host = Dom0(box)
    host.write("/root/load", LOAD)
    host.run("chmod +x /root/load; rm -f /root/load-errors; echo 0 >/root/counter")
    host.warm_up()
    host.snapshot()
    return host


def come_and_go(host, count):
    """So many guests of 4 MiB are there at once, then none."""
    order = list(range(count))
    host.configure_tiny("tiny")
    for part in range(0, count, PART):
        host.run(f"for n in $(seq {part} {part + PART - 1}); do tl create -q /root/tiny.cfg "
                 "name=\\\"g$n\\\" || exit; done", 300)
    host.run("rm /root/tiny.cfg")
    rows = [line.split() for line in host.run("tl list").splitlines()[2:]]
    assert len(rows) == len({row[1] for row in rows}) == count
    assert all(row[2] == "4" and "c" not in row[4] for row in rows)
    assert int(host.run("ls /run/trestle/domains/*.json | wc -l")) == count
    random.Random(3).shuffle(order)
    for part in range(0, count, PART):
        names = " ".join(str(n) for n in order[part:part + PART])
        host.run(f"for n in {names}; do tl destroy g$n || exit; done", 300)
        host.until(f"[ $(tl list | wc -l) = {2 + count - part - PART} ]")


@pytest.fixture(scope="class", name="peak")
def fixture_peak(host):
    """As many guests as ever came and went: what the hypervisor and dom0 keep for so many (a page of
    a domain's own each, dom0's event channels and handles) is there."""
    come_and_go(host, GUESTS)
    host.same_as(counts_memory=False)
    host.snapshot()


def end_by_themselves(host):
    """Ten guests, two at a time, that end when they begin."""
    host.configure_tiny("off", kernel="tiny-poweroff")
    host.configure_tiny("crash", kernel="tiny-crash")
    host.run("for n in 1 2 3 4 5; do for kind in off crash; do tl create -q /root/$kind.cfg "
             "name=\\\"$kind$n\\\" & done; wait; done; rm /root/off.cfg /root/crash.cfg", 120)
    host.until("[ $(tl list | wc -l) = 2 ]")


@pytest.mark.slow
@pytest.mark.xdist_group("guest-many")
class TestMany:
    """Guests of a page of code and 4 MiB; the last test ends the store for good."""

    @pytest.mark.usefixtures("peak")
    def test_guest_many_live_at_once(self, host):
        """A hundred are created, all run, and go in random order: nothing of them is left, and all
        memory is back to the page."""
        come_and_go(host, GUESTS)
        host.same_as()

    @pytest.mark.usefixtures("peak")
    def test_guest_many_end_by_themselves(self, host):
        """Guests that power off or crash at their first instruction, several at a time."""
        before = host.free_bytes()
        for _ in range(3):
            end_by_themselves(host)
        host.same_as(counts_memory=False)
        assert host.free_bytes() >= before - LINGERS

    @pytest.mark.usefixtures("peak")
    def test_guest_many_crash_again_and_again(self, host):
        """on_crash=restart of a kernel that cannot run: the commands still end it."""
        before = host.free_bytes()
        host.run(f"tl create -q {host.configure_tiny('loop', kernel='tiny-crash', on_crash='restart')}")
        first = host.run("tl domid loop 2>/dev/null || echo 0", status=None)
        host.until(f"d=$(tl domid loop 2>/dev/null) && [ $d != {first} ]")
        host.run("rm /root/loop.cfg; timeout 60 sh -c 'until tl destroy loop 2>/dev/null && sleep 1 && "
                 "! tl domid loop 2>/dev/null; do :; done'", 90)
        host.same_as(counts_memory=False)
        assert host.free_bytes() >= before - LINGERS

    def test_guest_store_is_replaced_under_load(self, host):
        """xenstored's live update: dom0's connections, guests and creations go on, nothing is lost."""
        host.create("deb")
        host.run("touch /root/load-runs; for n in 1 2 3; do /root/load $n & done")
        host.configure_tiny("come")
        before = host.run("pidof xenstored")
        host.run("(for n in 1 2 3 4 5 6; do tl create -q /root/come.cfg && tl destroy come || "
                 "echo come $n >>/root/load-errors; done) & come=$!; for n in 1 2 3; do "
                 "xenstore-control live-update /usr/sbin/xenstored || exit 1; done; wait $come", 180)
        assert host.run("pidof xenstored") == before
        host.run("n=$(cat /root/load-count.1); until [ $(cat /root/load-count.1) -gt $((n + 3)) ]; do "
                 "usleep 100000; done; rm /root/load-runs; while pidof load; do usleep 100000; done; "
                 "! cat /root/load-errors 2>/dev/null")
        host.run("xenstore-control check; tl vcpu-list deb; tl mem-set deb 100")
        host.until("[ $(tl list deb | awk 'NR == 2 { print $3 }') -le 101 ]")
        host.run("tl shutdown -ww deb; rm -f /root/come.cfg /root/deb.cfg; rm /root/load-count.*; "
                 "xenstore-rm /load", 120)
        host.same_as(counts_memory=False)

    def test_guest_store_is_killed_and_replaced_by_turns(self, host):
        """Under load, while guests come and go: tl waits for the next xenstored and goes on with it."""
        host.run("touch /root/load-runs; /root/load 1 2>/dev/null &")
        host.configure_tiny("come")
        host.run("(for n in 1 2 3 4 5 6; do tl create -q /root/come.cfg && tl destroy come || "
                 "echo come $n; done >/root/come-errors 2>&1; echo >/root/come-done) & "
                 "for n in 1 2; do xenstore-control live-update /usr/sbin/xenstored || exit 1; "
                 "old=$(pidof xenstored); kill -9 $old; until [ -n \"$(pidof xenstored)\" ] && "
                 "[ \"$(pidof xenstored)\" != $old ] && xenstore-ls / >/dev/null 2>&1; do "
                 "usleep 100000; done; done; rm /root/load-runs; "
                 "until [ -e /root/come-done ]; do usleep 100000; done", 180)
        host.run("rm /root/come-done /root/come.cfg; ! grep . /root/come-errors && rm /root/come-errors && "
                 "xenstore-control check")
        host.until("[ $(tl list | wc -l) = 2 ]")

    def test_guest_store_is_killed_under_load(self, host):
        """What it knew is gone, as its page says; it is started again, dom0 stays, and the guests
        can be listed and ended by number."""
        domid = host.create("late", memory=96)
        host.run("touch /root/load-runs; for n in 1 2; do /root/load $n 2>/dev/null & done; "
                 "old=$(pidof xenstored); kill -9 $old; until [ -n \"$(pidof xenstored)\" ] && "
                 "[ \"$(pidof xenstored)\" != $old ] && xenstore-ls / >/dev/null 2>&1; do "
                 "usleep 100000; done; rm /root/load-runs; wait")
        assert f" {domid} " in host.run("tl list")
        host.run(f"ask {domid} 30 'echo still-on' | grep -q still-on")
        host.run(f"tl destroy {domid}", 120)
        host.until(f"! tl list | grep -q ' {domid} '")
