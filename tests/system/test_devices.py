# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks, network cards, interrupts, vcpus and the clock, used from one dom0 on each chipset."""
import hashlib
import os
import re
import time
import types

import pytest

from peer import Peer

HALF_MIB = 4
HALF = HALF_MIB << 20
DISKS = {"ahci": "sda", "virtio": "vda", "nvme": "nvme0n1"}
CARDS = {"e1000e": "e1000e", "virtio": "virtio_net"}
# What each driver calls its interrupt, and whether it asks for MSI or MSI-X.
MESSAGES = {"ahci": ("-msi", "ahci"), "virtio-blk": ("-msi-x", "virtio\\d+-req"),
            "nvme": ("-msi-x", "nvme0q1"), "e1000e": ("-msi-x", "%s-rx-0"),
            "virtio-net": ("-msi-x", "virtio\\d+-input")}


def _disk_words(box_path, machine):
    words = []
    for kind in DISKS:
        path = os.path.join(box_path, kind + ".disk")
        words += ["-drive", f"if=none,id=disk-{kind},format=raw,file={path}"]
    if machine == "pc":
        words += ["-device", "ich9-ahci,id=sata"]
    bus = "sata.0" if machine == "pc" else "ide.0"
    return words + ["-device", f"ide-hd,bus={bus},drive=disk-ahci",
                    "-device", "virtio-blk-pci,drive=disk-virtio",
                    "-device", "nvme,serial=trestle,drive=disk-nvme"]


def _card_words():
    words = []
    for n, device in enumerate(("e1000e", "virtio-net-pci")):
        words += ["-netdev", f"user,id=net{n},net=10.0.{n + 2}.0/24,ipv6=off",
                  "-device", f"{device},netdev=net{n}"]
    return words


def _set_up_cards(box):
    """Addresses; the names that the kernel gave to the cards, by driver."""
    names = {}
    for line in box.run("for d in /sys/class/net/*/device/driver; do n=${d%/device/driver}; "
                        "echo ${n##*/} $(basename $(readlink -f $d)); done").splitlines():
        name, driver = line.split()
        names[driver] = name
    for n, driver in enumerate(CARDS.values()):
        if driver in names:
            box.run(f"ip addr add 10.0.{n + 2}.15/24 dev {names[driver]}; "
                    f"ip link set {names[driver]} up")
    return names


def _interrupts(box):
    """Rows of /proc/interrupts: (number, counts by CPU, the rest)."""
    head, *lines = box.run("cat /proc/interrupts").splitlines()
    cpus = len(head.split())
    rows = []
    for line in lines:
        words = line.split()
        if words[0][:-1].isdigit():
            rows.append((int(words[0][:-1]), [int(w) for w in words[1:1 + cpus]],
                         " ".join(words[1 + cpus:])))
    return rows


def _find_message(box, kind, names):
    """The row of a device's interrupt, by messages."""
    way, name = MESSAGES[kind]
    name = name % names.get("e1000e", "?") if "%s" in name else name
    for row in _interrupts(box):
        if re.search(f"xen-pirq {way} .*{name}", row[2]):
            return row
    raise AssertionError(f"no {way} interrupt of {kind}:\n{box.run('cat /proc/interrupts')}")


def _use(box, kind, dom0):
    """Makes a device send interrupts."""
    if kind in ("e1000e", "virtio-net"):
        number = 2 if kind == "e1000e" else 3
        box.run(f"ping -c 20 -i 0.05 -W 2 10.0.{number}.2", status=None)
        return
    disk = DISKS[kind.split("-", maxsplit=1)[0]]
    box.run(f"taskset 1 sh -c 'for n in $(seq -s \" \" 20); do dd if=/dev/{disk} of=/dev/null "
            "bs=4096 count=1 skip=$n iflag=direct; done'")


@pytest.fixture(scope="class", params=[
    pytest.param(m, marks=pytest.mark.xdist_group("devices-" + m)) for m in ("pc", "q35")])
def dom0(request, boot_shared):
    """dom0 with three disks of known content and two network cards."""
    name = f"devices-{request.param}"
    peer = Peer()
    found = types.SimpleNamespace(peer=peer, machine=request.param)

    def fill(folder):
        found.disks = {kind: os.path.join(folder, kind + ".disk") for kind in DISKS}
        found.content = {kind: os.urandom(HALF) for kind in DISKS}
        for kind, path in found.disks.items():
            with open(path, "wb") as disk:
                disk.write(found.content[kind])
                disk.truncate(2 * HALF)
        return _disk_words(folder, request.param) + _card_words()
    found.box = boot_shared(name, machine=request.param, cpus=2, devices=fill)
    found.box.wait_shell()
    found.cards = _set_up_cards(found.box)
    yield found
    peer.close()


class TestDevices:
    """One boot for all of them."""

    @pytest.mark.parametrize("kind", DISKS)
    def test_disk_is_read_and_written(self, dom0, kind):
        """dom0 reads what the host wrote, and the host what dom0 wrote, past every cache."""
        box, disk = dom0.box, f"/dev/{DISKS[kind]}"
        box.run("echo 3 >/proc/sys/vm/drop_caches")
        text = box.run(f"dd if={disk} bs=64k count={HALF >> 16} iflag=direct 2>/dev/null | "
                       "sha256sum")
        assert text.split()[0] == hashlib.sha256(dom0.content[kind]).hexdigest()
        box.run(f"dd if=/dev/urandom of=/tmp/{kind} bs=1M count={HALF_MIB}")
        box.run(f"dd if=/tmp/{kind} of={disk} bs=64k seek={HALF >> 16} oflag=direct conv=fsync")
        digest = box.run(f"sha256sum </tmp/{kind}").split()[0]
        box.run("echo 3 >/proc/sys/vm/drop_caches")
        text = box.run(f"dd if={disk} bs=1M skip={HALF_MIB} count={HALF_MIB} 2>/dev/null | "
                       "sha256sum")
        assert text.split()[0] == digest
        with open(dom0.disks[kind], "rb") as image:
            image.seek(HALF)
            assert hashlib.sha256(image.read(HALF)).hexdigest() == digest
        box.run(f"rm /tmp/{kind}")

    @pytest.mark.parametrize("kind", CARDS)
    def test_network_carries_data_both_ways(self, dom0, kind):
        """4 MiB in by HTTP and out again by TCP, compared by SHA-256 at each end."""
        box, gateway = dom0.box, f"10.0.{2 + list(CARDS).index(kind)}.2"
        assert CARDS[kind] in dom0.cards
        box.run(f"wget -q -O /tmp/in http://{gateway}:{dom0.peer.download_port}/data", 120)
        assert box.run("sha256sum </tmp/in").split()[0] == dom0.peer.digest
        box.run("dd if=/dev/urandom of=/tmp/out bs=1M count=4")
        answer = box.run(f"nc {gateway} {dom0.peer.upload_port} </tmp/out", 120)
        assert answer == box.run("sha256sum </tmp/out").split()[0]

    @pytest.mark.parametrize("kind", MESSAGES)
    def test_interrupts_come_by_message(self, dom0, kind):
        """The device's interrupt is MSI or MSI-X, and its count grows with use."""
        before = _find_message(dom0.box, kind, dom0.cards)
        _use(dom0.box, kind, dom0)
        after = _find_message(dom0.box, kind, dom0.cards)
        assert sum(after[1]) >= sum(before[1]) + 10, (before, after)

    def test_interrupt_affinity_follows(self, dom0):
        """An interrupt moved to the other vcpu is counted there, and moved back here."""
        box = dom0.box
        for target in (1, 0):
            number = _find_message(box, "e1000e", dom0.cards)[0]
            box.run(f"echo {1 << target} >/proc/irq/{number}/smp_affinity")
            _use(box, "e1000e", dom0)
            before = _find_message(box, "e1000e", dom0.cards)[1]
            _use(box, "e1000e", dom0)
            after = _find_message(box, "e1000e", dom0.cards)[1]
            assert after[target] >= before[target] + 10, (target, before, after)
            assert after[1 - target] <= before[1 - target] + 1, (target, before, after)

    def test_clock_is_the_hypervisor_s_or_the_tsc(self, dom0):
        """And Linux keeps it."""
        source = dom0.box.run("cat /sys/devices/system/clocksource/clocksource0/current_clocksource")
        assert source in ("xen", "tsc")
        assert "clocksource: timekeeping watchdog" not in dom0.box.run("dmesg")

    def test_time_passes_as_on_the_host(self, dom0):
        """Within half a second in ten, and the date within five seconds."""
        def both():
            start = time.time()
            uptime, date = dom0.box.run("cut -d' ' -f1 /proc/uptime; date +%s").split()
            return (start + time.time()) / 2, float(uptime), int(date)
        first = both()
        time.sleep(10)
        second = both()
        assert abs((second[1] - first[1]) - (second[0] - first[0])) < 0.5, (first, second)
        assert abs(second[2] - second[0]) < 5, second

    def test_vcpu_goes_off_and_comes_back(self, dom0):
        """A vcpu is unplugged, stays away, and runs again; five times."""
        box, switch = dom0.box, "/sys/devices/system/cpu/cpu1/online"
        for _ in range(5):
            box.run(f"echo 0 >{switch}")
            assert box.run("nproc") == "1"
            assert box.run("grep -c ^processor /proc/cpuinfo") == "1"
            box.run("taskset 2 true", status=1)
            box.run(f"echo 1 >{switch}")
            assert box.run("nproc") == "2"
            assert box.run("taskset 2 sh -c 'echo ran'") == "ran"

    def test_nothing_crashed(self, dom0):
        """No segmentation fault, warning or lock-up in all that."""
        bad = "segfault|WARNING: CPU|BUG:|soft lockup|rcu: INFO|Call Trace"
        assert dom0.box.run(f"dmesg | grep -E '{bad}'", status=None) == ""

    def test_power_off_ends_the_machine(self, dom0):
        """By ACPI, S5: QEMU ends by itself."""
        dom0.box.child.sendline("poweroff -f")
        dom0.box.wait_end("power-off")
