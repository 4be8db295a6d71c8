# SPDX-License-Identifier: GPL-2.0-or-later
"""The hypervisor on the other emulator, with Intel's processor instead of AMD's."""
import os

import pytest

from bochs import Bochs
from machine import WORK, VMLINUZ, INITRD

GUEST = os.path.join(os.path.dirname(WORK), "guest", "start-of-day-reaches-the-test.elf")


@pytest.fixture
def bochs(request, watch):
    """bochs(**settings) switches a machine on."""
    yield lambda **settings: watch(Bochs(request.node.name, **settings))


def test_guest_test_runs_on_an_intel_processor(bochs):
    """One of tests/guest in place of dom0."""
    box = bochs(kernel=GUEST, initrd=None, options="noreboot")
    box.expect("Trestle ", 200)
    box.expect("1 of 1 processors online", 100)
    found = box.expect(r"Test result: (\w+)", 100)
    assert found.group(1) == "SUCCESS"


@pytest.mark.slow
def test_debian_boots_on_an_intel_processor(bochs):
    """The whole of Debian's kernel, to the shell."""
    box = bochs(kernel=VMLINUZ, initrd=INITRD, memory=1024)
    box.expect("dom0 is up: .*, hypervisor xen")
