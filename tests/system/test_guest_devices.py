# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks and networks of PV guests: every byte that was to arrive did; guests from their own disks."""
import hashlib
import os
import re
import shutil
import struct
import subprocess

import pytest

from guests import CREATE_SECONDS, Dom0, dom0, image
from machine import BUILD, VMLINUZ

MIB = 1 << 20
PARTITION_AT = 2048 * 512
DISK_BYTES = 28 * MIB
MENU = """\
set timeout=0
menuentry "Debian" {
	linux /boot/vmlinuz console=hvc0 quiet guest.script=echo_by-its-own-grub
	initrd /boot/initrd
}
"""
# By their names at qemu-img: images that come from other hypervisors.
FORMATS = ("vmdk", "vpc", "vhdx")
# A client of the two guests sends what it made up; both sides tell the checksum.
SENDER = "dd if=/dev/urandom of=/data bs=64k count=48 2>/dev/null; nc %s 5000 </data; md5sum </data"


def md5_of(text):
    """The checksum in what md5sum says."""
    return re.search(r"\b[0-9a-f]{32}\b", text)[0]


def make_own_disk(folder):
    """A disk with one partition, on it a kernel, a RAM disk and GRUB's menu."""
    tree, path = folder / "tree", folder / "own.disk"
    (tree / "boot/grub").mkdir(parents=True)
    shutil.copy(VMLINUZ, tree / "boot/vmlinuz")
    shutil.copy(os.path.join(BUILD, "dom0", "guest.img"), tree / "boot/initrd")
    (tree / "boot/grub/grub.cfg").write_text(MENU, encoding="ascii")
    path.write_bytes(b"")
    os.truncate(path, DISK_BYTES)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext2", "-E", f"offset={PARTITION_AT}", "-d",
                    str(tree), str(path), f"{(DISK_BYTES - PARTITION_AT) // 1024}k"], check=True)
    entry = struct.pack("<B3sB3sII", 0x80, b"\0\2\0", 0x83, b"\xff\xff\xff", PARTITION_AT // 512,
                        (DISK_BYTES - PARTITION_AT) // 512)
    with open(path, "r+b") as disk:
        disk.seek(446)
        disk.write(entry + bytes(48) + b"\x55\xaa")
    return path


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared, tmp_path_factory):
    """dom0 with two guests on the bridge, one of them with four disks."""
    folder = tmp_path_factory.mktemp("disks")
    image()  # the guest's RAM disk is made with it
    own = make_own_disk(folder)
    (folder / "raw").write_bytes(os.urandom(4 * MIB))
    for kind in ("qcow2", *FORMATS):
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", kind, folder / "raw",
                        folder / f"image.{kind}"], check=True)
    initrd = image("devices", "--add", f"{own}:/root/own.disk", "--add",
                   f"{folder}/raw:/root/frozen.raw", *(
                       word for kind in ("qcow2", *FORMATS) for word in
                       ("--add", f"{folder}/image.{kind}:/root/image.{kind}")))
    box = boot_shared("guest-devices", initrd=initrd, **dom0())
    box.wait_shell()
    host = Dom0(box)
    host.raw_sum = hashlib.md5((folder / "raw").read_bytes()).hexdigest()
    for name in ("a.img", "b.img", "block.img", "later.img"):
        host.run(f"dd if=/dev/urandom of=/root/{name} bs=1M count=4 2>/dev/null")
    host.run("cp /root/image.qcow2 /root/frozen.qcow2")
    host.run("losetup /dev/loop5 /root/block.img; ip addr add 192.168.77.1/24 dev xenbr0")
    host.warm_up()
    host.snapshot()
    host.create("one", disk=["/root/a.img,raw,xvda,w", "file:/root/b.img,xvdb,r",
                             "format=qcow2,vdev=xvdc,access=rw,target=/root/image.qcow2",
                             "phy:/dev/loop5,xvdd,w"],
                vif=["bridge=xenbr0"], extra="console=hvc0 quiet guest.ip=192.168.77.2/24")
    host.create("two", vif=["mac=00:16:3e:00:00:02,bridge=xenbr0"],
                extra="console=hvc0 quiet guest.ip=192.168.77.3/24")
    return host


@pytest.mark.slow
@pytest.mark.xdist_group("guest-devices")
class TestDevices:
    """The tests go from one to the next with the same guests, up to their end."""

    @pytest.mark.parametrize("disk, file", [("xvda", "a.img"), ("xvdb", "b.img"),
                                            ("xvdd", "block.img")])
    def test_guest_disk_is_read(self, host, disk, file):
        """Raw files and a block device, by blkback."""
        assert md5_of(host.ask("one", f"md5sum /dev/{disk}")) == md5_of(host.run(f"md5sum /root/{file}"))

    def test_guest_disk_of_qemu_is_read(self, host):
        """qcow2, by QEMU's back end."""
        assert md5_of(host.ask("one", "md5sum /dev/xvdc")) == host.raw_sum
        host.run("pidof qemu-system-i386 xen-qemu-system-i386 qemu || ps | grep -v grep | grep -q qemu")

    @pytest.mark.parametrize("disk, file", [("xvda", "a.img"), ("xvdd", "block.img")])
    def test_guest_disk_is_written(self, host, disk, file):
        """And dom0 finds it where it was written."""
        said = host.ask("one", "dd if=/dev/urandom of=/new bs=64k count=24 2>/dev/null; md5sum /new; "
                        f"dd if=/new of=/dev/{disk} bs=64k seek=8 conv=fsync,notrunc 2>/dev/null")
        assert md5_of(said) == md5_of(host.run(f"dd if=/root/{file} bs=64k skip=8 count=24 "
                                               "2>/dev/null | md5sum"))

    def test_guest_disk_of_qemu_is_written(self, host):
        """And read back from the image, not from the guest's memory."""
        said = host.ask("one", "dd if=/dev/urandom of=/new bs=64k count=24 2>/dev/null; md5sum /new; "
                        "dd if=/new of=/dev/xvdc bs=64k seek=8 conv=fsync,notrunc 2>/dev/null; "
                        "echo 3 >/proc/sys/vm/drop_caches")
        host.qcow_sum = md5_of(said)
        assert md5_of(host.ask("one", "dd if=/dev/xvdc bs=64k skip=8 count=24 2>/dev/null | md5sum")) \
            == host.qcow_sum

    def test_guest_disk_that_is_read_only_stays_as_it_is(self, host):
        """The guest cannot write to it."""
        before = host.run("md5sum /root/b.img")
        host.ask("one", "[ $(cat /sys/block/xvdb/ro) = 1 ]")
        host.ask("one", "! dd if=/dev/zero of=/dev/xvdb bs=64k count=1 conv=fsync")
        assert host.run("md5sum /root/b.img") == before

    def test_guest_disk_comes_and_goes(self, host):
        """block-attach, block-list, block-detach; the loop device goes with it."""
        host.run("tl block-attach one file:/root/later.img,xvdf,w")
        host.ask("one", "until [ -b /dev/xvdf ]; do usleep 100000; done")
        assert md5_of(host.ask("one", "md5sum /dev/xvdf")) == md5_of(host.run("md5sum /root/later.img"))
        assert len(host.run("tl block-list one").splitlines()) == 6
        host.ask("one", "dd if=/dev/zero of=/dev/xvdf bs=64k count=2 conv=fsync 2>/dev/null")
        host.run("tl block-detach one xvdf")
        host.ask("one", "until [ ! -b /dev/xvdf ]; do usleep 100000; done")
        host.run("! losetup -a | grep later.img; cmp -n 131072 /root/later.img /dev/zero")
        assert len(host.run("tl block-list one").splitlines()) == 5
        host.fails("tl block-detach one xvdf")

    def test_guest_disk_of_qemu_comes_and_goes(self, host):
        """The same by QEMU's back end, and the guest that has no QEMU yet."""
        host.run("tl block-attach two format=raw,backendtype=qdisk,vdev=xvda,target=/root/later.img", 90)
        host.ask("two", "until [ -b /dev/xvda ]; do usleep 100000; done")
        assert md5_of(host.ask("two", "md5sum /dev/xvda")) == md5_of(host.run("md5sum /root/later.img"))
        host.run("tl block-detach two xvda", 90)
        host.ask("two", "until [ ! -b /dev/xvda ]; do usleep 100000; done")

    @pytest.mark.parametrize("guest, disk", [
        ("one", "format=qcow2,vdev=xvdg,access=ro,target=/root/frozen.qcow2"),
        ("two", "format=qcow2,vdev=xvdg,devtype=cdrom,target=/root/frozen.qcow2"),
        ("two", "format=raw,vdev=xvdg,devtype=cdrom,target=/root/frozen.raw"),
    ], ids=["beside-others", "cdrom", "raw-cdrom"])
    def test_guest_image_is_read_only(self, host, guest, disk):
        """qcow2 by a QEMU that runs and by one that starts; a CD-ROM by blkback. Nothing is written."""
        before = host.run("md5sum /root/frozen.*")
        host.run(f"tl block-attach {guest} {disk}", 90)
        host.ask(guest, "until [ -b /dev/xvdg ]; do usleep 100000; done")
        assert md5_of(host.ask(guest, "md5sum /dev/xvdg")) == host.raw_sum
        host.ask(guest, "[ $(cat /sys/block/xvdg/ro) = 1 ]")
        host.ask(guest, "! dd if=/dev/zero of=/dev/xvdg bs=64k count=1 conv=fsync")
        host.run(f"tl block-detach {guest} xvdg", 90)
        host.ask(guest, "until [ ! -b /dev/xvdg ]; do usleep 100000; done")
        assert host.run("md5sum /root/frozen.*") == before

    @pytest.mark.parametrize("kind", FORMATS)
    def test_guest_image_of_another_hypervisor_is_used(self, host, kind):
        """Read, written, and there is what was written when it comes again. A VHD may be longer."""
        disk = f"format={kind.replace('vpc', 'vhd')},vdev=xvdh,access=rw,target=/root/image.{kind}"
        head = "dd if=/dev/xvdh bs=64k count=64 2>/dev/null | md5sum"
        sums = []
        for _ in range(2):
            host.run(f"tl block-attach two {disk}", 90)
            host.ask("two", "until [ -b /dev/xvdh ]; do usleep 100000; done")
            sums.append(md5_of(host.ask("two", head)))
            host.ask("two", "dd if=/dev/urandom of=/dev/xvdh bs=64k count=3 seek=5 conv=fsync 2>/dev/null")
            sums.append(md5_of(host.ask("two", head)))
            host.run("tl block-detach two xvdh", 90)
            host.ask("two", "until [ ! -b /dev/xvdh ]; do usleep 100000; done")
        assert sums[0] == host.raw_sum and sums[1] == sums[2] and len(set(sums)) == 3

    def test_guest_disk_is_not_written_by_two(self, host):
        """Refused in one sentence; readers beside each other are not."""
        said = host.fails("tl block-attach two file:/root/a.img,xvda,w")
        assert said.startswith("tl: ") and "a.img" in said and len(said.splitlines()) == 1
        host.run("tl block-attach two file:/root/b.img,xvda,r; tl block-detach two xvda")

    @pytest.mark.parametrize("sender, receiver, address", [("one", "two", "192.168.77.3"),
                                                           ("two", "one", "192.168.77.2")])
    def test_guest_network_carries_data(self, host, sender, receiver, address):
        """3 MiB from guest to guest over the bridge."""
        host.ask(receiver, "nc -l -p 5000 >/got & until netstat -ltn | grep -q :5000; do usleep 50000; "
                 "done")
        sent = md5_of(host.ask(sender, SENDER % address, 120))
        assert md5_of(host.ask(receiver, "wait; md5sum </got")) == sent

    def test_guest_network_reaches_dom0(self, host):
        """Both ways, with large packets too."""
        for size in (56, 1400):
            assert " 0% packet loss" in host.run(f"ping -c 3 -s {size} 192.168.77.2")
            assert " 0% packet loss" in host.ask("one", f"ping -c 3 -s {size} 192.168.77.1")

    def test_guest_network_comes_and_goes(self, host):
        """network-attach, network-list, network-detach."""
        host.run("tl network-attach one mac=00:16:3e:00:00:09 bridge=xenbr0")
        host.ask("one", "until [ -e /sys/class/net/eth1 ]; do usleep 100000; done; "
                 "grep -q 00:16:3e:00:00:09 /sys/class/net/eth1/address && ip link set eth1 up && "
                 "ip addr add 192.168.78.2/24 dev eth1")
        host.run("ip addr add 192.168.78.1/24 dev xenbr0")
        assert " 0% packet loss" in host.ask("one", "ping -c 2 192.168.78.1")
        assert len(host.run("tl network-list one").splitlines()) == 3
        host.run("tl network-detach one 1; ip addr del 192.168.78.1/24 dev xenbr0")
        host.ask("one", "until [ ! -e /sys/class/net/eth1 ]; do usleep 100000; done")
        domid = host.domid("one")
        host.run(f"[ ! -e /sys/class/net/vif{domid}.1 ] && [ -e /sys/class/net/vif{domid}.0 ]")

    def test_guest_devices_end_with_their_guests(self, host):
        """A guest that shuts down, one that is destroyed; what was written to qcow2 is in the file."""
        host.run("tl shutdown -ww one", 120)
        host.run("tl destroy two")
        host.run("rm /root/one.cfg /root/two.cfg")
        host.same_as(counts_memory=False)
        host.snapshot()
        host.create("three", disk=["format=qcow2,vdev=xvda,access=rw,target=/root/image.qcow2",
                                   "format=qcow2,vdev=xvdb,access=ro,target=/root/frozen.qcow2"])
        assert md5_of(host.ask("three", "md5sum /dev/xvdb")) == host.raw_sum
        assert md5_of(host.ask("three", "dd if=/dev/xvda bs=64k skip=8 count=24 2>/dev/null | "
                               "md5sum")) == host.qcow_sum
        host.run("tl destroy three; rm /root/three.cfg")
        host.same_as()

    def test_guest_boots_from_its_own_disk(self, host):
        """PV GRUB reads the menu, kernel and RAM disk from the guest's disk."""
        host.create("own", kernel=None, ramdisk=None, extra=None, bootloader="pygrub", memory=192,
                    disk=["/root/own.disk,raw,xvda,w"], wait=False)
        host.wait_log("own", "by-its-own-grub", 2 * CREATE_SECONDS)
        assert "guest.script" in host.ask("own", "cat /proc/cmdline")
        host.run("tl destroy own; rm /root/own.cfg")
        host.same_as()
