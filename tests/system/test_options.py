# SPDX-License-Identifier: GPL-2.0-or-later
"""The administrator's boot options do to dom0 and the machine what they say."""
import re
import struct
import types

import pytest

LIMITS = "dom0_mem=512M,max:512M dom0_max_vcpus=2 dom0_vcpus_pin maxcpus=3"
E1000E_ID = "0x10d3"
CAPABILITIES, MSI_X = 0x34, 0x11


@pytest.fixture(scope="class")
def dom0(boot_shared):
    """dom0 with less than the machine has."""
    box = boot_shared("options", cpus=4, memory=2048, options=LIMITS,
                      kernel_args="iomem=relaxed", devices=[
        "-netdev", "user,id=net0", "-device", "e1000e,netdev=net0"])
    box.wait_shell()
    return types.SimpleNamespace(box=box)


def _read_config(box, device):
    text = box.run(f"xxd -p {device}/config")
    return bytes.fromhex(text.replace("\n", ""))


def _find_capability(config, wanted):
    at = config[CAPABILITIES]
    while at and config[at] != wanted:
        at = config[at + 1]
    assert at, f"no capability {wanted:#x}"
    return at


@pytest.mark.xdist_group("options")
class TestOptions:
    """One boot for all of them."""

    def test_maxcpus_leaves_processors_off(self, dom0):
        """Three of four are started."""
        assert "3 of 4 processors online" in dom0.box.log()

    def test_dom0_max_vcpus_is_the_number_of_vcpus(self, dom0):
        """dom0 has two."""
        assert dom0.box.run("nproc") == "2"
        assert dom0.box.run("grep -c ^processor /proc/cpuinfo") == "2"

    def test_dom0_mem_is_dom0_s_memory(self, dom0):
        """dom0 has 512 MiB, and no more is promised to it."""
        kib = int(dom0.box.run("cat /sys/devices/system/xen_memory/xen_memory0/info/current_kb"))
        assert 500 << 10 <= kib <= 512 << 10
        total = int(dom0.box.run("grep ^MemTotal /proc/meminfo").split()[1])
        assert 350 << 10 < total < 512 << 10
        target = int(dom0.box.run("cat /sys/devices/system/xen_memory/xen_memory0/target_kb"))
        assert target <= 512 << 10

    def test_interrupt_goes_to_the_cpu_of_its_vcpu(self, dom0):
        """With dom0_vcpus_pin vcpu n is on CPU n: a card's message carries that CPU's APIC id."""
        box = dom0.box
        device = box.run(f"grep -l {E1000E_ID} /sys/bus/pci/devices/*/device").rsplit("/", 1)[0]
        name = box.run(f"ls {device}/net")
        box.run(f"ip addr add 10.0.2.15/24 dev {name}; ip link set {name} up")
        for target in (1, 0):
            number = re.search(rf"^ *(\d+):.*-msi-x +{name}-rx-0",
                               box.run("cat /proc/interrupts"), re.M).group(1)
            box.run(f"echo {1 << target} >/proc/irq/{number}/smp_affinity")
            box.run("ping -c 5 -i 0.1 10.0.2.2", status=None)
            config = _read_config(box, device)
            place = struct.unpack_from("<I", config, _find_capability(config, MSI_X) + 4)[0]
            start = int(box.run(f"sed -n {1 + (place & 7)}p {device}/resource").split()[0], 16)
            low = int(box.run(f"devmem {start + (place & ~7):#x} 32"), 16)
            assert low >> 20 == 0xFEE
            assert low >> 12 & 0xFF == target

    def test_reboot_resets_the_machine(self, dom0):
        """dom0's reboot: the machine's reset."""
        dom0.box.child.sendline("reboot -f")
        dom0.box.wait_end("reset")


@pytest.mark.parametrize("memory", [16384])
def test_debian_boots_with_much_memory(boot, memory):
    """dom0 gets nearly all of 16 GiB, uses some of it, and is taken down by its crash."""
    box = boot(memory=memory)
    box.wait_shell()
    total = int(box.run("grep ^MemTotal /proc/meminfo").split()[1])
    assert total > (memory - 1536) << 10
    box.run("dd if=/dev/zero of=/tmp/zeros bs=1M count=256; rm /tmp/zeros")
    box.child.sendline("echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger")
    box.expect("hardware domain 0 crashed: rebooting")
    box.wait_end("reset")


def test_noreboot_halts_after_a_crash_of_dom0(boot):
    """dom0 crashes: the hypervisor says so and halts, the machine stays on."""
    box = boot(options="noreboot")
    box.wait_shell()
    box.child.sendline("echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger")
    box.expect("hardware domain 0 crashed: halting, noreboot is set")
    assert box.stays_on(8)
