# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with what the hypervisor is given is said in a sentence; then it stops, or goes on."""
import os
import re
import shutil
import struct
import subprocess
import tempfile

import pytest

from gdbstub import Acpi, Stub
from machine import HALTED, HYPERVISOR, INITRD, VMLINUX, VMLINUZ

BUSYBOX = "/bin/busybox"
STOP_SECONDS = 60
PAYLOAD_OFFSET, SETUP_SECTORS = 0x248, 0x1F1


def _cut(source, target, share):
    shutil.copyfile(source, target)
    os.truncate(target, int(os.path.getsize(source) * share))


def _write(target, data):
    with open(target, "wb") as file:
        file.write(data)


def _corrupt(target, where):
    """A copy of Debian's kernel with 16 bytes of its payload inverted."""
    with open(VMLINUZ, "rb") as source:
        data = bytearray(source.read())
    offset, length = struct.unpack_from("<II", data, PAYLOAD_OFFSET)
    at = (data[SETUP_SECTORS] + 1) * 512 + offset + int(length * where)
    for n in range(at, at + 16):
        data[n] ^= 0xFF
    _write(target, data)


KERNELS = {
    "empty": (lambda t: _write(t, b""), "dom0 kernel"),
    "noise": (lambda t: _write(t, bytes(range(256)) * 4096), "dom0 kernel: "),
    "text": (lambda t: _write(t, b"#!/bin/sh\n"), "dom0 kernel: "),
    "bzimage-cut-in-its-set-up": (lambda t: _cut(VMLINUZ, t, 0.001), "dom0 kernel: "),
    "bzimage-cut-in-half": (lambda t: _cut(VMLINUZ, t, 0.5), "dom0 kernel: "),
    "elf-cut-in-half": (lambda t: _cut(VMLINUX, t, 0.5), "dom0 kernel: "),
    "elf-cut-in-its-headers": (lambda t: _cut(VMLINUX, t, 0.0000015), "dom0 kernel: "),
    "payload-corrupt-at-its-start": (lambda t: _corrupt(t, 0), "dom0 kernel: "),
    "payload-corrupt-in-the-middle": (lambda t: _corrupt(t, 0.5), "dom0 kernel: corrupt payload: "),
    "payload-corrupt-at-its-end": (lambda t: _corrupt(t, 0.9999), "dom0 kernel: corrupt payload: "),
    "elf-without-notes": (lambda t: shutil.copyfile(BUSYBOX, t), "dom0 kernel: no Xen notes"),
    "ram-disk": (lambda t: shutil.copyfile(INITRD, t), "dom0 kernel: "),
}


def _stops_saying(box, text):
    """The sentence, in a panic, then a halt."""
    box.expect(rb"Panic on CPU \d+:", STOP_SECONDS, panic_is_bad=False)
    box.expect(text, STOP_SECONDS)
    box.expect(HALTED, STOP_SECONDS)
    assert box.stays_on(1)


@pytest.mark.parametrize("kind", KERNELS)
def test_bad_kernel_is_refused(boot, tmp_path, kind):
    """And the sentence says what is wrong with it."""
    make, text = KERNELS[kind]
    kernel = str(tmp_path / "kernel")
    make(kernel)
    _stops_saying(boot(options="noreboot", kernel=kernel, memory=512), text)


def test_missing_kernel_is_said(boot):
    """No module at all: what to add where; then a reboot."""
    box = boot(kernel=None, initrd=None, memory=256)
    box.expect(rb"Panic on CPU \d+:", STOP_SECONDS, panic_is_bad=False)
    box.expect("no dom0 kernel", STOP_SECONDS)
    box.expect("module2", STOP_SECONDS)
    box.expect("Reboot in", STOP_SECONDS)
    box.wait_end("reset")


def test_missing_kernel_is_said_behind_grub(boot):
    """The same by GRUB."""
    _stops_saying(boot(options="noreboot", loader="bios", kernel=None, initrd=None, memory=256),
                  "no dom0 kernel")


@pytest.mark.parametrize("loader", ["qemu", "bios"])
def test_too_little_memory_is_said(boot, loader):
    """Debian's kernel does not fit into 32 MiB."""
    _stops_saying(boot(options="noreboot", loader=loader, kernel=VMLINUZ, memory=32),
                  "(?i)memory|MiB")


def test_too_small_dom0_mem_is_said(boot):
    """What dom0_mem gives and what the kernel needs."""
    _stops_saying(boot(options="noreboot dom0_mem=16M", kernel=VMLINUX),
                  r"need \d+ MiB, dom0_mem gives \d+ MiB|dom0 needs at least")


OPTIONS = {
    "frobnicate=3": "Unknown boot option frobnicate=3 is ignored",
    "frobnicate": "Unknown boot option frobnicate is ignored",
    "maxcpus=x": "Boot option maxcpus=x can't be used .*the default stands",
    "dom0_max_vcpus=many": "Boot option dom0_max_vcpus=many can't be used .*the default stands",
    "dom0_mem=12Q": "Boot option dom0_mem=12Q can't be used .*the default stands",
    "loglvl=loud": "Boot option loglvl=loud can't be used .*the default stands",
    "console=com1,smoke": "console=smoke: there is no such device",
    "com2=fast": "com2=fast is no serial line's description",
    "sched=fair": "sched=fair",
}


@pytest.fixture(scope="class")
def options_log(boot_shared):
    """What a boot with all the bad options prints until dom0's kernel speaks."""
    box = boot_shared("bad-options", cpus=2, options=" ".join(OPTIONS))
    box.expect("Booting kernel on Xen", 100)
    return box.log()


@pytest.mark.xdist_group("bad-options")
class TestBadOptions:
    """One boot with all of them."""

    @pytest.mark.parametrize("option", OPTIONS)
    def test_bad_option_is_named_and_ignored(self, options_log, option):
        """A warning names it; the boot goes on with the default."""
        lines = [x for x in options_log.splitlines() if "Loaded by" not in x]
        assert [x for x in lines if re.search(OPTIONS[option], x)]
        assert "2 of 2 processors online" in options_log


@pytest.fixture
def stopped(boot):
    """A machine at the hypervisor's first instruction, and its memory."""
    folder = tempfile.mkdtemp(prefix="trestle-")
    path = os.path.join(folder, "gdb")
    with open(HYPERVISOR, "rb") as image:
        entry = struct.unpack_from("<I", image.read(52), 24)[0]

    def stop(**settings):
        box = boot(devices=["-S", "-gdb", f"unix:{path},server=on,wait=off"], **settings)
        stub = Stub(path)
        stub.run_to(entry)
        return box, stub
    yield stop
    shutil.rmtree(folder)


def _madt_checksum(acpi):
    acpi.change(acpi.find(b"APIC"), 9, b"\x55", checksum=False)


def _madt_row_of_no_length(acpi):
    acpi.change(acpi.find(b"APIC"), 45, b"\x00")


def _madt_row_too_long(acpi):
    table = acpi.find(b"APIC")
    acpi.change(table, 45, b"\xfe")


def _madt_too_short(acpi):
    acpi.change(acpi.find(b"APIC"), 4, struct.pack("<I", 40))


def _madt_length_huge(acpi):
    acpi.change(acpi.find(b"APIC"), 4, struct.pack("<I", 0xFFFFFFF0), checksum=False)


def _root_pointer(acpi):
    acpi.change(acpi.root_pointer, 8, b"\x55", checksum=False)


def _root_checksum(acpi):
    acpi.change(acpi.root, 9, b"\x55", checksum=False)


def _root_row(acpi):
    acpi.change(acpi.root, 36, struct.pack("<I", 0xFFFFF000))


def _fadt_checksum(acpi):
    acpi.change(acpi.find(b"FACP"), 9, b"\x55", checksum=False)


ACPI = {
    "madt-checksum": (_madt_checksum, "checksum of a table at 0x[0-9a-f]+ is wrong; it is ignored"),
    "madt-row-of-no-length": (_madt_row_of_no_length, "ACPI: APIC is broken at byte 44"),
    "madt-row-too-long": (_madt_row_too_long, "ACPI: APIC is broken at byte 44"),
    "madt-too-short": (_madt_too_short, "ACPI: the MADT is too short"),
    "madt-length-huge": (_madt_length_huge, "ACPI: no usable table at 0x|checksum of a table at"),
    "root-pointer": (_root_pointer, "ACPI: no root pointer found"),
    "root-checksum": (_root_checksum, "ACPI: .*(no usable root table|checksum of a table)"),
    "root-row": (_root_row, "ACPI: no usable table at 0xfffff000"),
    "fadt-checksum": (_fadt_checksum, "checksum of a table at 0x[0-9a-f]+ is wrong; it is ignored"),
}


@pytest.mark.parametrize("kind", ACPI)
def test_broken_acpi_table_is_said(stopped, kind):
    """A sentence, then the kernel starts on what is known, or another sentence and a stop."""
    change, text = ACPI[kind]
    box, stub = stopped(options="noreboot", cpus=2)
    change(Acpi(stub))
    stub.let_go()
    box.expect(text, STOP_SECONDS)
    match = box.expect(rb"(Linux version|Panic on CPU \d+:\s+\S[^\n]+)", STOP_SECONDS,
                       panic_is_bad=False)
    if match.group(1).startswith(b"Panic"):
        box.expect(HALTED, STOP_SECONDS)


def test_exception_in_the_hypervisor_shows_registers_and_names(stopped):
    """An undefined instruction planted in the code that builds dom0."""
    box, stub = stopped(options="noreboot")
    stub.write(_physical("dom0_build"), b"\x0f\x0b")
    stub.let_go()
    box.expect(rb"Panic on CPU \d+:", STOP_SECONDS, panic_is_bad=False)
    box.expect(HALTED, STOP_SECONDS)
    text = box.log()
    for pattern in ("(?i)rip[: =]+[0-9a-f:]*ffff[0-9a-f]{12}", "(?i)rax[: =]+[0-9a-f]{16}",
                    "(?i)cr2[: =]+[0-9a-f]{16}", r"at dom0_build\+0", r"start\w*\+0x"):
        assert re.search(pattern, text), pattern


def test_watchdog_stops_the_machine_when_a_cpu_is_stuck(stopped):
    """Its own timer's code becomes an endless loop without interrupts."""
    box, stub = stopped(options="noreboot watchdog watchdog_timeout=2", cpus=2)
    stub.write(_physical("watchdog_beat"), b"\xfa\xeb\xfe")
    stub.let_go()
    box.expect(rb"watchdog: on, 2 seconds", STOP_SECONDS)
    box.expect(rb"watchdog: CPU \d+ has run no timer for 2 seconds", STOP_SECONDS,
               panic_is_bad=False)
    box.expect(HALTED, STOP_SECONDS, panic_is_bad=False)
    assert "at watchdog_beat+" in box.log()


def _physical(name):
    """Where a function of the hypervisor is loaded."""
    elf = HYPERVISOR.replace("trestle.elf", "trestle-syms.elf")
    rows = subprocess.run(["nm", elf], check=True, capture_output=True, text=True).stdout
    addresses = {x.split()[2]: int(x.split()[0], 16) for x in rows.splitlines() if len(x.split()) == 3}
    headers = subprocess.run(["readelf", "-lW", elf], check=True, capture_output=True,
                             text=True).stdout
    for line in headers.splitlines():
        words = line.split()
        if words and words[0] == "LOAD":
            virtual, physical, size = (int(words[n], 16) for n in (2, 3, 5))
            if virtual <= addresses[name] < virtual + size:
                return addresses[name] - virtual + physical
    raise KeyError(name)
