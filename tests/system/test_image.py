# SPDX-License-Identifier: GPL-2.0-or-later
"""dom0 as a RAM disk: its size, its bytes, what it does at start, and consoles of a guest in it."""
import filecmp
import os
import re
import subprocess

import pytest

from machine import BOOT_SECONDS, BUILD, TOP, VMLINUZ

LARGEST = 48_000_000
DOM0 = {"options": "dom0_mem=256M,max:256M", "kernel_args": "swiotlb=8192", "kernel": VMLINUZ,
        "cpus": 2, "devices": ("-nic", "user,model=e1000e")}
CREATE_SECONDS = 240


def make_image(output, *words, **variables):
    """scripts/image with these words."""
    subprocess.run([os.path.join(TOP, "scripts", "image"), "--output", str(output), *words],
                   env={**os.environ, "O": BUILD, **variables}, check=True)
    return str(output)


def test_image_is_small(tmp_path):
    """With QEMU and all our tools, compressed, without the guest."""
    assert os.path.getsize(make_image(tmp_path / "dom0.img")) < LARGEST


def test_image_has_the_same_bytes_again(tmp_path):
    """Made anew in another folder from the same packages and tools."""
    first = make_image(tmp_path / "first.img")
    dom0 = os.path.join(BUILD, "dom0")
    os.symlink(os.path.join(BUILD, "tools"), tmp_path / "tools")
    second = make_image(tmp_path / "second.img", O=str(tmp_path),
                        TRESTLE_PACKAGES=os.environ.get("TRESTLE_PACKAGES", f"{dom0}/packages"),
                        TRESTLE_KERNEL_DEB=os.environ.get("TRESTLE_KERNEL_DEB",
                                                          f"{dom0}/kernel.deb"))
    assert filecmp.cmp(first, second, shallow=False)


def test_image_refuses_what_it_has_not(tmp_path):
    """One sentence, and not 0."""
    for words in (("--add", "/nowhere:/x"), ("--add", "/etc/passwd"), ("--modules", "no-such-one")):
        run = subprocess.run([os.path.join(TOP, "scripts", "image"), "--output",
                              str(tmp_path / "x.img"), *words], capture_output=True, text=True,
                             env=dict(os.environ, O=BUILD), check=False)
        assert run.returncode == 1
        assert run.stderr.startswith("image: ") and "Traceback" not in run.stderr


def test_image_runs_a_script_and_goes_off(boot, tmp_path):
    """A script, a file and a module of ours; the bridge, QEMU and the services are there."""
    script, text = tmp_path / "script", tmp_path / "text"
    script.write_text("#!/bin/sh\ncat /root/text\nlsmod | grep -c ^dm_mod\n"
                      "ls -d /sys/class/net/xenbr0\n/usr/libexec/xen-qemu-system-i386 --version\n"
                      "xenstore-read domid\ntl list\n"
                      "awk '/MemTotal/ { print \"total\", $2 }' /proc/meminfo\nexit 7\n",
                      encoding="ascii")
    text.write_text("a text of ours\n", encoding="ascii")
    image = make_image(tmp_path / "dom0.img", "--script", str(script), "--poweroff", "--add",
                       f"{text}:/root/text", "--modules", "dm-mod")
    box = boot(initrd=image, **DOM0)
    box.expect(r"dom0: tools ready [\d.]+s after its kernel", 2 * BOOT_SECONDS)
    for line in (r"a text of ours", r"\n1\r", r"/sys/class/net/xenbr0", r"QEMU emulator version",
                 r"\n0\r", r"Domain-0 +0 +256", r"total (\d+)"):
        found = box.expect(line)
    assert int(found.group(1)) > 180_000
    box.expect("dom0: script ended with 7")
    box.wait_end("power-off")


# One at a time: {"attach": ...} by a program that writes a line and shows what comes for a while.
CLIENT = r"""
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
static void wake(int number)
{
}

/* client MILLISECONDS REQUEST [INPUT]: until nothing came so long; "slow": not before a signal */
int main(int argc, char **argv)
{
	struct sockaddr_un address = {AF_UNIX, "/run/trestle/console.sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd waits = {fd, POLLIN};
	char text[4096];
	ssize_t bytes;

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return 1;
	dprintf(fd, "%s\n", argv[2]);
	if (argc > 3 && strcmp(argv[3], "slow"))
		dprintf(fd, "%s\n", argv[3]);
	if (argc > 3 && !strcmp(argv[3], "slow")) {
		signal(SIGUSR1, wake);
		pause();
	}
	while (poll(&waits, 1, atoi(argv[1])) > 0 && (bytes = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, bytes, stdout);
	return 0;
}
"""


@pytest.fixture(scope="class", name="guest")
def fixture_guest(boot_shared, tmp_path_factory):
    """dom0 with the small guest running in it, and the client."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "client.c").write_text(CLIENT, encoding="ascii")
    subprocess.run(["gcc", "-O1", "-static", "-o", str(folder / "client"),
                    str(folder / "client.c")], check=True)
    made = make_image(folder / "dom0.img", "--guest", "--add", f"{folder}/client:/usr/bin/client")
    box = boot_shared("image-guest", initrd=made, **DOM0)
    box.wait_shell()
    box.run("dd if=/dev/urandom of=/root/demo.img bs=1M count=4 2>/dev/null")
    box.run("tl create /var/lib/xen/guest/demo.cfg", CREATE_SECONDS)
    box.run("until grep -q 'guest is up' /var/log/xen/guest-demo.log; do sleep 1; done",
            CREATE_SECONDS)
    return box


def attach(box, words, *more, seconds=60):
    """What the client shows for {"attach": 1, words}."""
    more = "".join(f" '{word}'" for word in more)
    return box.run(f"client 3000 '{{\"attach\": 1{words}}}'{more}", seconds)


@pytest.mark.slow
@pytest.mark.xdist_group("image-guest")
class TestConsoles:
    """consoled with a guest; the tests go from one to the next."""

    def test_image_console_takes_input_and_shows_output(self, guest):
        """A command typed is answered, to all who are attached, and in the log."""
        guest.run("client 9000 '{\"attach\": 1, \"write\": false, \"history\": 0}' >/tmp/other & :")
        assert "sum-42" in attach(guest, "", "echo sum-$((40 + 2))")
        guest.run("wait; grep -q sum-42 /tmp/other")
        guest.run("grep -q sum-42 /var/log/xen/guest-demo.log")

    def test_image_console_reader_without_write_types_nothing(self, guest):
        """Its input is thrown away."""
        attach(guest, ', "write": false', "echo not-$((40 + 2))")
        assert "not-42" not in attach(guest, "")

    def test_image_console_history_is_as_long_as_asked_for(self, guest):
        """And no line is repeated."""
        answer, _, text = attach(guest, ', "history": 10').partition("\n")
        assert '"ok":true' in answer and len(text) <= 10
        assert attach(guest, "").count("sum-42") == 1

    def test_image_console_of_the_hypervisor_is_logged(self, guest):
        """From its first line on."""
        guest.run("grep -q '^(TRESTLE) Trestle' /var/log/xen/hypervisor.log")
        assert "Trestle" in guest.run("client 1000 '{\"attach\": \"hypervisor\"}'")

    def test_image_console_survives_a_killed_consoled(self, guest):
        """The next one goes on with ring, log and history; nothing is lost or said twice."""
        guest.run("(sleep 2; kill -9 $(pidof consoled)) & client 1000 '{\"attach\": 1}' "
                  "'for i in $(seq 2000); do echo number $i; done' >/dev/null; sleep 8", 90)
        guest.run("until grep -q 'number 2000' /var/log/xen/guest-demo.log; do sleep 1; done", 90)
        seen = guest.run("grep -o '^number [0-9]*' /var/log/xen/guest-demo.log | sort -u | wc -l")
        assert int(seen) == 2000
        assert "after-42" in attach(guest, "", "echo after-$((40 + 2))")

    def test_image_console_flood_stops_nobody(self, guest):
        """While the guest writes all it can the list is answered; a reader that does not read is
        told what it lost, and the logs stay within their limits."""
        guest.run("client 500 '{\"set\": {\"rotate-bytes\": 65536, \"rotate-count\": 3}}'")
        guest.run("client 2000 '{\"attach\": 1, \"history\": 0}' slow >/tmp/slow & slow=$!")
        guest.run("client 1 '{\"attach\": 1, \"history\": 0}' "
                  "'head -c 600000 /dev/zero | tr \\\\0 x; echo end-$((40 + 2))' >/dev/null")
        assert '"name":"demo"' in guest.run("client 500 '{\"list\": true}'", 10)
        guest.run("until tail -c 4000 /var/log/xen/guest-demo.log | grep -q end-42; "
                  "do sleep 1; done; kill -USR1 $slow; wait $slow", 240)
        guest.run("grep -q 'bytes lost: read too slowly' /tmp/slow && grep -q end-42 /tmp/slow")
        sizes = guest.run("ls -l /var/log/xen/guest-demo.log*").splitlines()
        assert len(sizes) == 4
        assert all(int(re.split(r" +", line)[4]) <= 65536 for line in sizes)

    def test_image_console_ends_with_its_guest(self, guest):
        """A reader gets the end of the stream; nothing of the domain stays."""
        guest.run("client 60000 '{\"attach\": 1, \"history\": 0}' >/tmp/last & reader=$!; sleep 1; "
                  "tl destroy demo && wait $reader", 60)
        assert '"name":"demo"' not in guest.run("client 500 '{\"list\": true}'")
        assert "(null)" not in guest.run("tl list")

    def test_image_console_of_a_guest_of_a_restarted_store(self, guest):
        """consoled notices that the store went away, and that it is back."""
        guest.run("rm -f /var/log/xen/guest-demo.log*; kill $(pidof xenstored); "
                  "until grep -q 'went away' /var/log/xen/consoled.log; do sleep 1; done; sleep 3")
        guest.run("xenstore-write /local/domain/0/domid 0 /local/domain/0/name Domain-0")
        guest.run("tl create /var/lib/xen/guest/demo.cfg", CREATE_SECONDS)
        guest.run("until grep -qs 'guest is up' /var/log/xen/guest-demo.log; do sleep 1; done",
                  CREATE_SECONDS)
