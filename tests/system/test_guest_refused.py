# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot become a guest: one sentence with the next step, not 0, and nothing is left behind."""
import re

import pytest

from guests import Dom0, dom0, image, KERNEL

# name, lines of the configuration besides name and kernel, what the sentence has to name
BAD = [
    ("disk-missing", {"disk": ["/root/nowhere.img,raw,xvda,w"]}, "/root/nowhere.img"),
    ("disk-of-wrong-format", {"disk": ["/root/one.img,qcow2,xvda,w"]}, "/root/one.img"),
    ("disk-twice", {"disk": ["/root/one.img,raw,xvda,w", "/root/one.img,raw,xvdb,w"]}, "/root/one.img"),
    ("disk-number-twice", {"disk": ["/root/one.img,raw,xvda,w", "/root/two.img,raw,xvda,w"]}, "xvda"),
    ("disk-of-dom0", {"disk": ["phy:/dev/loop0,xvda,w"]}, "/dev/loop0"),
    ("disk-without-words", {"disk": ["/root/one.img"]}, "vdev"),
    ("bridge-missing", {"vif": ["bridge=nobridge"]}, "nobridge"),
    ("bridge-no-bridge", {"vif": ["bridge=lo"]}, "lo"),
    ("vif-of-wrong-mac", {"vif": ["mac=00:16:3e:zz:00:01"]}, "address"),
    ("kernel-missing", {"kernel": "/root/no-kernel"}, "/root/no-kernel"),
    ("kernel-is-a-folder", {"kernel": "/root"}, "/root"),
    ("kernel-is-text", {"kernel": "/root/text"}, "/root/text"),
    ("kernel-is-a-program", {"kernel": "/usr/bin/busybox"}, "/usr/bin/busybox"),
    ("kernel-cut-short", {"kernel": "/root/short"}, "/root/short"),
    ("kernel-broken", {"kernel": "/root/broken"}, "/root/broken"),
    ("ramdisk-missing", {"ramdisk": "/root/no-initrd"}, "/root/no-initrd"),
    ("memory-more-than-there-is", {"memory": 65536}, "memory"),
    ("memory-too-little-for-the-kernel", {"kernel": KERNEL, "memory": 8}, "8 MiB|memory"),
    ("vcpus-too-many", {"vcpus": 100000}, "vcpus"),
    ("name-in-use", {"name": "first"}, "first"),
    ("name-of-dom0", {"name": "Domain-0"}, "Domain-0"),
    ("disk-in-use", {"disk": ["/root/used.img,raw,xvda,w"]}, "/root/used.img"),
    ("pool-missing", {"pool": "nopool"}, "nopool"),
    ("type-is-hvm", {"type": "hvm"}, "HVM"),
]


@pytest.fixture(scope="class", name="host")
def fixture_host(boot_shared):
    """dom0 with a guest that has a name and a disk."""
    box = boot_shared("guest-refused", initrd=image(), **dom0())
    box.wait_shell()
    host = Dom0(box)
    host.run("for n in one two used; do dd if=/dev/urandom of=/root/$n.img bs=1M count=1 2>/dev/null; "
             "done; echo this is no kernel >/root/text; dd if=/var/lib/xen/guest/vmlinuz "
             "of=/root/short bs=1M count=2 2>/dev/null; cp /var/lib/xen/guest/vmlinuz /root/broken; "
             "dd if=/dev/zero of=/root/broken bs=1M seek=3 count=1 conv=notrunc 2>/dev/null")
    host.run(f"tl create -q {host.configure_tiny('first', disk=['/root/used.img,raw,xvda,w'])} || "
             "true; tl list | grep -q ^first", 120)
    host.run("rm /root/first.cfg")
    host.warm_up()
    host.snapshot()
    return host


def is_good(said, *named):
    """One sentence, that names the object and says what to do, or the place that is wrong."""
    lines = said.splitlines()
    assert len(lines) == 1, said
    assert lines[0].startswith("tl: "), said
    assert re.search(r"; |:\d+:\d+: ", lines[0]), f"no next step: {said}"
    for name in named:
        assert re.search(name, lines[0]), said


@pytest.mark.slow
@pytest.mark.xdist_group("guest-refused")
class TestRefused:
    """One dom0 for all; after each it is as before."""

    @pytest.mark.parametrize("name, keys, named", BAD, ids=[bad[0] for bad in BAD])
    def test_guest_is_refused(self, host, name, keys, named):
        """By `tl create`."""
        path = host.configure_tiny("bad", **keys)
        said = host.run(f"tl create -q {path} && echo it-worked", 120, status=None)
        host.run(f"rm {path}")
        assert "it-worked" not in said
        is_good(said, named)
        host.same_as()

    @pytest.mark.parametrize("text, place", [
        ('name = "x"\nkernel = "/root/tiny\n', "2:"),
        ('name = "x"\nmemory = = 3\n', "2:10"),
        ('name = "x"\ndisk = [ "a" "b" ]\n', "2:14"),
        ('name = "x"\nkernel = "/root/tiny"\nmemory = "much"\n', "3:10"),
        ('kernel = "/root/tiny"\n', "name"),
    ], ids=["string-without-end", "two-signs", "no-comma", "text-for-a-number", "no-name"])
    def test_guest_configuration_is_refused_with_its_place(self, host, text, place):
        """Line and column."""
        host.write("/root/bad.cfg", text)
        said = host.run("tl create -q /root/bad.cfg && echo it-worked", status=None)
        host.run("rm /root/bad.cfg")
        assert "it-worked" not in said and "/root/bad.cfg" in said and place in said
        is_good(said)
        host.same_as()

    @pytest.mark.parametrize("command", [
        "tl create -q /root/no.cfg", "tl destroy nobody", "tl shutdown nobody", "tl pause 99",
        "tl destroy 0", "tl vcpu-set nobody 1", "tl mem-set first nonsense", "tl rename nobody x",
        "tl block-attach nobody file:/root/one.img,xvda,w", "tl block-attach first /root/no.img,,xvdb,w",
        "tl block-detach first xvdz", "tl network-attach first bridge=nobridge",
        "tl network-detach first 7", "tl nonsense", "tl sched-credit -d nobody", "tl dump-core nobody /x",
        "tl dump-core first /nowhere/core", "tl vcpu-pin first 0 77", "tl console nobody"])
    def test_guest_command_is_refused(self, host, command):
        """One sentence; as xl it ends with 1 or 2. The next test looks for what they left."""
        said = host.run(f"{command} && echo it-worked", 90, status=None)
        assert "it-worked" not in said
        is_good(said)
        assert host.run(f"x{command[1:]} >/dev/null 2>&1; echo $?", 90) in ("1", "2", "3")

    def test_guest_commands_that_were_refused_left_nothing(self, host):
        """All of those before."""
        host.same_as()

    @pytest.mark.parametrize("signal", ["INT", "TERM", "KILL"])
    @pytest.mark.parametrize("after", [100, 600])
    def test_guest_creation_that_is_killed_leaves_nothing(self, host, signal, after):
        """At whatever step it is."""
        path = host.configure("bad", memory=64, disk=["/root/one.img,raw,xvda,w"],
                              vif=["bridge=xenbr0"])
        host.run(f"tl create -q {path} >/dev/null 2>&1 & usleep {after}000; kill -{signal} $! && wait $!;"
                 f" tl destroy bad 2>/dev/null; rm {path}", 120, status=None)
        host.same_as()

    def test_guest_without_its_ramdisk_panics_and_goes(self, host):
        """Debian's kernel that finds no root: on_crash acts."""
        path = host.configure("bad", ramdisk=None, extra="console=hvc0 panic=1")
        host.run(f"tl create -q {path}; rm {path}", 300)
        host.wait_log("bad", "Unable to mount root fs", 120)
        host.wait_gone("bad")
        host.same_as()
