# SPDX-License-Identifier: GPL-2.0-or-later
"""dom0's RAM disk with our tools, and guests in it: what the tests of guests have in common."""
import fcntl
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import time

from machine import BUILD, TOP, VMLINUZ, WORK

sys.path.insert(0, os.path.join(TOP, "scripts", "image.d"))
from packages import Packages  # noqa: E402  (the path above)

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "guest")
KERNEL_PACKAGE = os.environ.get("TRESTLE_KERNEL_DEB", os.path.join(BUILD, "dom0", "kernel.deb"))
CREATE_SECONDS = 300
OLD_SECONDS = 3600
KERNEL, INITRD = "/var/lib/xen/guest/vmlinuz", "/var/lib/xen/guest/initrd"
# Kernels of a page: tiny waits for ever, tiny-busy runs for ever, the others end at once.
TINY = ("tiny", "tiny-busy", "tiny-crash", "tiny-poweroff")


def dom0(memory=2048, dom0_memory=512, hypervisor_options="", **settings):
    """What Machine wants to boot dom0's RAM disk."""
    return {"options": f"dom0_mem={dom0_memory}M,max:{dom0_memory}M {hypervisor_options}",
            "kernel": VMLINUZ,
            "kernel_args": "swiotlb=8192", "cpus": 2, "memory": memory, "life": 1500,
            **settings}


def _compile(output, *words):
    subprocess.run(["gcc", "-O1", "-static", "-o", output, *words], check=True)
    return output


def compile_tiny(folder, name):
    """One of the kernels of a page, made in the folder; its path."""
    return _compile(f"{folder}/{name}", "-nostdlib", "-no-pie", "-Wl,--build-id=none",
                    "-Wl,-Ttext-segment=0xffffffff80100000", "-Wl,-z,max-page-size=4096",
                    "-D" + (name.partition("-")[2].upper() or "WAIT"), SOURCES + "/tiny.S")


def _programs(folder):
    """Words for scripts/image that add the programs of tests/system/guest."""
    words = ["--add", f"{_compile(folder + '/ask', SOURCES + '/ask.c')}:/usr/bin/ask",
             "--add", f"{SOURCES}/snapshot:/usr/bin/snapshot"]
    for name in TINY:
        words += ["--add", f"{compile_tiny(folder, name)}:/root/{name}"]
    return words


def image(kind="guests", *words):
    """The image with the small guest and our programs; made once a run, whoever asks first."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = os.path.join(WORK, "images")
    output = os.path.join(folder, f"{kind}-{run}.img")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(output):
            for old in glob.glob(os.path.join(folder, "*.img")):
                if time.time() - os.path.getmtime(old) > OLD_SECONDS:
                    os.remove(old)
            subprocess.run([os.path.join(TOP, "scripts", "image"), "--output", output, "--guest",
                            *_programs(folder), *words], env=dict(os.environ, O=BUILD), check=True)
    return output


def files_of(package, pattern, place):
    """Words for scripts/image that put a Debian package's files whose path matches into a folder."""
    with open(os.path.join(WORK, "packages.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages = Packages(os.path.join(WORK, "packages"), [package])
        paths = [path for path in packages.files_of(package) if re.search(pattern, path)]
    return [word for path in paths for word in
            ("--add", f"{os.path.realpath(packages.path(path))}:{place}/{os.path.basename(path)}")]


class Dom0:
    """dom0's shell, and what tests do with guests from it."""

    def __init__(self, box):
        self.box = box

    def run(self, command, seconds=120, status=0):
        """A command's output; Broken when it does not end with status (None: any). It has a shell of
        its own: what it leaves running goes on, `exit` ends the command only."""
        return self.box.run(f"( {command} )", seconds, status)

    def fails(self, command, seconds=120):
        """A command that must not succeed: the one line it says, without progress."""
        text = self.run(f"if {command}; then echo it-worked; fi", seconds)
        assert "it-worked" not in text, f"{command!r} ended with 0: {text}"
        return text

    def write(self, path, text):
        """A small file in dom0."""
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("%", "\\045")
        self.run(f"printf '%b' {shlex.quote(text)} >{path}")

    def until(self, condition, seconds=180):
        """Waits until a shell command succeeds."""
        self.run(f"timeout {seconds} sh -c {shlex.quote(f'until {condition}; do usleep 100000; done')}",
                 seconds + 30)

    def configure(self, name, /, **keys):
        """Writes /root/NAME.cfg, Debian's kernel with 128 MiB unless keys say else; its path."""
        settings = {"name": name, "kernel": KERNEL, "ramdisk": INITRD, "memory": 128,
                    "extra": "console=hvc0 quiet", **keys}
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in settings.items()
                 if value is not None]
        self.write(f"/root/{name}.cfg", "".join(lines))
        return f"/root/{name}.cfg"

    def configure_tiny(self, name, /, **keys):
        """The same for a kernel of a page in /root."""
        tiny = {"kernel": "tiny", "memory": 4, "ramdisk": None, "extra": None, **keys}
        return self.configure(name, **{**tiny, "kernel": os.path.join("/root", tiny["kernel"])})

    def create(self, name, wait=True, **keys):
        """A guest with Debian's kernel, once its shell is there; its number."""
        self.run(f"rm -f {log_of(name)}; tl create -q {self.configure(name, **keys)}",
                 CREATE_SECONDS)
        if wait:
            self.wait_log(name, "guest is up")
        return self.domid(name)

    def domid(self, name):
        """The number of a guest."""
        return int(self.run(f"tl domid {name}"))

    def wait_log(self, name, text, seconds=CREATE_SECONDS, times=1):
        """Waits until a guest's console showed a text so many times."""
        self.until(f"[ $(grep -c '{text}' {log_of(name)}) -ge {times} ]", seconds)

    def ask(self, name, command, seconds=120, status=0):
        """What a command says in a guest's shell."""
        return self.run(f"ask {self.domid(name)} {seconds} {shlex.quote(command)}", seconds + 30,
                        status)

    def listed(self, name):
        """A guest's line of `tl list`: memory, vcpus, state; None when it is not there."""
        row = re.search(rf"^{re.escape(name)} +(\d+) +(\d+) +(\d+) +(\S+) +([\d.]+)$",
                        self.run("tl list"), re.MULTILINE)
        return row and {"domid": int(row[1]), "memory": int(row[2]), "vcpus": int(row[3]),
                        "state": row[4]}

    def wait_gone(self, name, seconds=180):
        """Waits until there is no domain of the name."""
        self.until(f"! tl domid {name} >/dev/null 2>&1", seconds)

    def free_bytes(self):
        """What the hypervisor's heap has left, to the page."""
        return int(self.run("tl info --json | sed -n 's/.*\"free_bytes\": \\([0-9]*\\).*/\\1/p'"))

    def snapshot(self, name="before"):
        """Remembers all that a guest could leave something in."""
        self.run(f"mkdir -p /root/snapshots; rm -f /root/snapshots/now; snapshot >/root/snapshots/{name}")

    def same_as(self, name="before", seconds=60, counts_memory=True):
        """All is as it was; a death needs a moment. Fails with what is different. What dom0 needs for
        more use of devices than ever before stays its own: then memory is not to be counted."""
        lines = "cat" if counts_memory else "grep -v ^free"
        compare = f"snapshot | {lines} >now; {lines} {name} | diff -U 0 - now >changes"
        self.run(f"cd /root/snapshots; timeout {seconds} sh -c 'until ({compare}); do usleep 200000; "
                 "done'; s=$?; [ $s = 0 ] || cat changes; cd; [ $s = 0 ]", seconds + 60)

    def warm_up(self):
        """Has a guest come and go: what is made for the first one and stays is there."""
        path = self.configure_tiny("warm", vif=["bridge=xenbr0"])
        self.run(f"tl create -q {path}; tl destroy warm; rm {path}", 120)

    def has(self, command):
        """Whether this build's tl has a command."""
        return bool(re.search(rf"^ {re.escape(command)} ", self.run("tl help -l"), re.MULTILINE))


def log_of(name):
    """Where consoled keeps what a guest says."""
    return f"/var/log/xen/guest-{name}.log"
