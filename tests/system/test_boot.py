# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel boots as dom0 to a shell, whoever loads it and whatever the machine is like."""
import pytest

from machine import VMLINUZ

FIRMWARE = [("pc", "bios"), ("q35", "bios"), ("q35", "uefi")]


@pytest.mark.parametrize("machine, loader", FIRMWARE)
def test_grub_boots_debian_to_a_shell(boot, machine, loader):
    """By GRUB and multiboot2, with the kernel as Debian ships it, and off again."""
    box = boot(machine=machine, loader=loader, kernel=VMLINUZ)
    box.wait_shell()
    assert "Loaded by GRUB" in box.log()
    assert box.run("cat /sys/hypervisor/type") == "xen"
    messages = box.run("dmesg")
    assert "segfault" not in messages
    assert "ACPI: Interpreter enabled" in messages
    box.child.sendline("poweroff -f")
    box.wait_end("power-off")


@pytest.mark.parametrize("cpus", [1, 8])
def test_multiboot1_boots_debian_on_processors(boot, cpus):
    """By multiboot1; dom0 gets a vcpu for each processor."""
    box = boot(cpus=cpus)
    box.wait_shell()
    assert f"{cpus} of {cpus} processors online" in box.log()
    assert box.run("nproc") == str(cpus)
    assert len(box.run("for n in $(seq 0 %d); do taskset $((1 << n)) sh -c 'echo ran'; done" %
                       (cpus - 1)).split()) == cpus


def test_intel_processors_that_idle_in_mwait_run_debian(boot):
    """SYSENTER is registered, wake-ups go by memory, the console's line can be mapped."""
    box = boot(cpus=2, options="mwait-idle=force",
               devices=["-cpu", "Skylake-Client,-smap,+monitor"])
    box.wait_shell()
    assert "Idle processors wait by MWAIT" in box.log()
    assert box.run("nproc") == "2"
    assert "map irq failed" not in box.run("dmesg")


def test_ipxe_boots_debian_from_the_network(boot):
    """By iPXE, multiboot1 and TFTP."""
    box = boot(machine="q35,graphics=off", loader="ipxe", kernel=VMLINUZ)
    box.expect("iPXE")
    box.wait_shell()
    assert "Loaded by iPXE" in box.log()


def test_panic_by_a_key_has_names(boot):
    """Control-A three times gives the keyboard to the hypervisor; C is its panic."""
    box = boot()
    box.wait_shell()
    for _ in range(3):
        box.child.send("\x01")
    box.expect("Console input goes to the hypervisor now")
    box.child.send("h")
    box.expect("Debug keys:")
    box.child.send("C")
    box.expect(r"Panic on CPU 0:\s+'C' pressed", panic_is_bad=False)
    box.expect(r"\scrash\+0x[0-9a-f]+\s")
    box.wait_end("reset")
