# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's libvirtd and virsh, by libxenlight, on our hypervisor and beside our tools."""
import re

import pytest

import libvirt
from guests import Dom0, dom0, image

VIRSH = "virsh -c xen:///system"
GUEST = """<domain type='xen'>
  <name>virt</name>
  <uuid>11111111-2222-3333-4444-555555555555</uuid>
  <memory unit='MiB'>8</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='xenpv'>linux</type><kernel>/root/tiny</kernel></os>
  <devices/>
</domain>
"""


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared):
    """dom0 with libvirtd, and the guests of both tools."""
    box = boot_shared("guest-libvirt", initrd=image("libvirt", *libvirt.files()),
                      **dom0(dom0_memory=700))
    box.wait_shell()
    host = Dom0(box)
    host.run("mkdir -p /run/libvirt /etc/libvirt /var/lib/libvirt /var/log/libvirt")
    host.write("/etc/libvirt/libvirtd.conf", libvirt.CONFIGURATION)
    host.write("/root/virt.xml", GUEST)
    host.run("libvirtd -d")
    host.until("[ -S /run/libvirt/libvirt-sock ]", 60)
    host.run(f"tl create -q {host.configure_tiny('tiny', memory=8)}")
    host.run(f"{VIRSH} create /root/virt.xml", 120)
    return host


@pytest.mark.slow
@pytest.mark.xdist_group("guest-libvirt")
class TestLibvirt:
    """Each command of virsh that a manager of guests cannot do without."""

    @pytest.mark.parametrize("words, pattern", [
        ("version", r"Running hypervisor: Xen 4\.17"),
        ("nodeinfo", r"(?m)^CPU\(s\): +2$"),
        ("capabilities", r"<os_type>xen</os_type>"),
        ("list --all", r"(?m)^ +\d+ +virt +\w+$"),
        ("list --all", r"(?m)^ +0 +Domain-0 +running$"),
        ("dominfo virt", r"(?m)^Max memory: +8192 KiB$"),
        ("vcpuinfo virt", r"(?m)^VCPU: +0$"),
        ("schedinfo virt", r"(?m)^weight +: 256$"),
        ("dumpxml virt", r"<domain type='xen' id='\d+'>"),
    ], ids=lambda value: value.replace(" ", "-") if value[0] in "abcdefghijklmnopqrstuvwxyz" else "")
    def test_guest_libvirt_says(self, host, words, pattern):
        """Ends with 0 and says what it should."""
        said = host.run(f"{VIRSH} {words}")
        assert re.search(pattern, said), said

    def test_guest_libvirt_changes_a_guest(self, host):
        """suspend, resume, schedinfo: tl sees it."""
        host.run(f"{VIRSH} suspend virt")
        assert "p" in host.listed("virt")["state"]
        host.run(f"{VIRSH} resume virt; {VIRSH} schedinfo virt --set weight=300 cap=40")
        assert host.listed("virt")["state"] == "-b----"
        assert re.search(r"(?m)^virt +\d+ +300 +40$", host.run("tl sched-credit -d virt"))

    def test_guest_libvirt_destroys_its_guest(self, host):
        """Ours stays."""
        host.run(f"{VIRSH} destroy virt")
        host.wait_gone("virt")
        assert host.listed("tiny")["state"] == "-b----"
