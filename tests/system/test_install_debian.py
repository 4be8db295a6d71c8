# SPDX-License-Identifier: GPL-2.0-or-later
"""`make install` on a Debian 12 with systemd as dom0, from its own disk: units, guests of /etc/xen/auto."""
import fcntl
import os
import shutil
import subprocess
import sys

import pytest

from guests import KERNEL_PACKAGE, Dom0, compile_tiny
from machine import BUILD, TOP, VMLINUZ, WORK

sys.path.insert(0, os.path.join(TOP, "scripts", "image.d"))
from cpio import Tree  # noqa: E402  (the path above)
from modules import Kernel  # noqa: E402

UNITS = ("trestle-modules", "trestle-xenstored", "trestle-consoled", "trestle-monitor",
         "trestle-domains", "trestle-unpack")
# Beside Debian's smallest set; what docs/howto/install-on-debian.md names.
PACKAGES = ("systemd-sysv", "udev", "kmod", "libxencall1", "libxenevtchn1", "libxenforeignmemory1",
            "libxengnttab1", "libxenstore4", "libjansson4", "libnl-route-3-200", "liblz4-1",
            "xenstore-utils")
MODULES = ("ahci", "sd_mod", "crc32c_generic", "ext4", "xen-evtchn", "xen-gntdev", "xen-gntalloc", "xen-privcmd",
           "xenfs", "xen-blkback", "xen-netback", "xen-pciback")
LEFT_OUT = ("doc", "man", "locale", "info")
SHELL = """\
[Unit]
After=multi-user.target
[Service]
ExecStart=/bin/sh -c 'echo "dom0 is up: $(uname -r), hypervisor $(cat /sys/hypervisor/type)"; exec sh -i'
Environment=PS1=dom0#\\x20
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/hvc0
[Install]
WantedBy=multi-user.target
"""
INIT = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
modprobe -a ahci sd_mod crc32c_generic ext4
until mount -t ext4 -o rw /dev/sda /root 2>/dev/null; do usleep 50000; done
umount /proc /sys
exec switch_root /root /sbin/init
"""


def make_debian(folder):
    """A Debian below the folder, by mmdebstrap with the archives that apt here uses."""
    sources = [path for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources")
               if os.path.exists(path)]
    subprocess.run(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--skip=check/empty",
                    f"--include={','.join(PACKAGES)}",
                    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in LEFT_OUT),
                    "bookworm", folder, *sources], check=True)


def put(root, path, text, mode=0o644):
    """A file of the test's own."""
    place = os.path.join(root, path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(place, mode)


def make_disk(folder, kernel):
    """The disk of a dom0 that `make install` was run on, and a guest that starts with it."""
    root, disk = os.path.join(folder, "root"), os.path.join(folder, "disk")
    make_debian(root)
    subprocess.run([os.path.join(TOP, "scripts", "install")], check=True,
                   env=dict(os.environ, O=BUILD, DESTDIR=root))
    tree = Tree()
    kernel.add_to(tree, MODULES)
    tree.write_to(root)
    shutil.copy(compile_tiny(folder, "tiny"), os.path.join(root, "root/tiny"))
    put(root, "etc/xen/auto/tiny.cfg", 'name = "tiny"\nkernel = "/root/tiny"\nmemory = 4\n')
    put(root, "etc/fstab", "/dev/sda / ext4 defaults 0 0\n")
    put(root, "etc/hostname", "dom0\n")
    put(root, "etc/systemd/system/test-shell.service", SHELL)
    subprocess.run(["systemctl", f"--root={root}", "enable", "-q", "test-shell", *UNITS], check=True)
    subprocess.run(["systemctl", f"--root={root}", "mask", "-q", "serial-getty@hvc0", "getty@tty1",
                    "apt-daily.timer", "apt-daily-upgrade.timer", "systemd-timesyncd"], check=True)
    with open(disk, "wb") as file:
        file.truncate(1 << 30)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", root, disk], check=True)
    shutil.rmtree(root)
    return disk


def make_initrd(folder, kernel):
    """Mounts the disk and goes on there."""
    tree, path = Tree(), os.path.join(folder, "initrd")
    kernel.add_to(tree, MODULES[:4])
    tree.add_file("bin/busybox", shutil.which("busybox"), 0o755)
    for name in ("proc", "sys", "dev", "root"):
        tree.add_folder(name)
    tree.add_link("lib", "usr/lib")
    tree.add_bytes("init", INIT.encode(), 0o755)
    with open(path, "wb") as file:
        file.write(tree.archive())
    return path


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared, tmp_path_factory):
    """Debian, started by systemd, at a shell."""
    folder = str(tmp_path_factory.mktemp("debian"))
    with open(os.path.join(WORK, "packages.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kernel = Kernel(os.path.join(BUILD, "dom0"), KERNEL_PACKAGE)
        disk, initrd = make_disk(folder, kernel), make_initrd(folder, kernel)
    box = boot_shared("install-debian", initrd=initrd, kernel=VMLINUZ, cpus=2, memory=1536, life=900,
                      options="dom0_mem=512M,max:512M", kernel_args="systemd.show_status=0 quiet",
                      devices=["-drive", f"if=none,id=disk,format=raw,file={disk}",
                               "-device", "ahci,id=ahci", "-device", "ide-hd,drive=disk,bus=ahci.0"])
    box.wait_shell()
    return Dom0(box)


def wait_active(host, *units):
    """Waits until systemd calls them all active."""
    host.run(f"timeout 180 sh -c 'until systemctl is-active {' '.join(units)}; do sleep 0.2; done'", 240)


@pytest.mark.slow
@pytest.mark.xdist_group("install-debian")
class TestDebian:
    """One dom0 from its start to its power-off."""

    def test_install_debian_units_run(self, host):
        """All of them, and nothing failed."""
        wait_active(host, *UNITS[:5])
        assert "0 loaded units listed" in host.run("systemctl --no-pager --failed")
        assert host.run("xenstore-read /local/domain/0/name") == "Domain-0"
        assert host.listed("tiny")["state"] == "-b----"
        host.run("[ -e /var/log/xen/guest-tiny.log ] && [ -e /usr/share/bash-completion/completions/tl ]")

    def test_install_debian_guest_survives_the_daemons(self, host):
        """systemd starts each again, killed or restarted; the guest stays as it is."""
        domid = host.domid("tiny")
        host.run("kill -9 $(pidof xenstored)")
        wait_active(host, "trestle-xenstored")
        assert host.domid("tiny") == domid
        assert host.run("xenstore-read /local/domain/0/name") == "Domain-0"
        host.run("systemctl restart trestle-consoled trestle-monitor")
        host.run("tl create -q /etc/xen/auto/tiny.cfg 'name=\"other\"'; tl domid other; tl destroy other")
        assert host.domid("tiny") == domid
        host.run("systemctl is-active " + " ".join(UNITS[:5]))

    def test_install_debian_goes_off(self, host):
        """With its guests gone the machine powers off."""
        host.run("tl destroy tiny")
        host.box.child.sendline("systemctl poweroff")
        host.box.wait_end("power-off", 240)
