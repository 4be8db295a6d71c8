# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine in Bochs with a processor that has VMX, booted by GRUB from an image."""
import os
import re
import time

import pexpect

from machine import Broken, Machine

PROCESSOR = "corei7_skylake_x"
LIFE_SECONDS = 900
CONFIG = """config_interface: textconfig
display_library: term
cpu: model={processor}, count=1, ips=60000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest={memory}, host={memory}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
pci: enabled=1, chipset=i440fx
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={folder}/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={folder}/com1.txt
vga: extension=none, update_freq=1
clock: sync=none
panic: action=report
error: action=report
info: action=ignore
log: {folder}/bochs.log
"""


class Bochs(Machine):
    """Output only: the serial port is a file. The screen needs a terminal, the debugger a command."""

    def __init__(self, name, memory=512, **settings):
        super().__init__(name, loader="bios", **settings)
        with open(self.path("bochsrc"), "w", encoding="ascii") as file:
            file.write(CONFIG.format(processor=PROCESSOR, memory=memory, folder=self.folder))
        with open(self.path("commands"), "w", encoding="ascii") as file:
            print("c", file=file)
        open(self.path("com1.txt"), "wb").close()
        self.command = ["bochs", "-q", "-f", self.path("bochsrc"), "-rc", self.path("commands")]

    def start(self):
        """Switches it on."""
        self.child = pexpect.spawn("timeout", ["--foreground", "--signal=KILL", str(LIFE_SECONDS),
                                               *self.command],
                                   dimensions=(30, 100), env=dict(os.environ, TERM="xterm"))
        return self

    def log(self):
        """What came out of the serial port."""
        with open(self.path("com1.txt"), "rb") as source:
            return source.read().decode(errors="replace").replace("\r", "")

    def stop(self):
        """Switches it off and keeps the log."""
        with open(self.log_path, "w", encoding="utf-8") as file:
            file.write(self.log())
        super().stop()

    def expect(self, pattern, seconds=LIFE_SECONDS, panic_is_bad=True):
        """Waits for text on the serial port."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.log())
            if found:
                return found
            if panic_is_bad and "Panic on CPU" in self.log():
                time.sleep(3)
                raise Broken("the hypervisor panicked")
            if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=1) == 0:
                raise Broken("Bochs ended")
        raise Broken(f"the machine did not say {pattern!r} within {seconds} s")
