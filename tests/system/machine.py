# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine in QEMU with the hypervisor and a dom0 in it, its first serial port on a pseudo-terminal.

Everything that the machine prints goes to $O/tests/system/logs/<name>.log as well.
"""
import os
import re
import shlex
import shutil
import subprocess
import time

import pexpect

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
WORK = os.path.join(BUILD, "tests", "system")
HYPERVISOR = os.environ.get("TRESTLE_ELF", os.path.join(BUILD, "trestle.elf"))
VMLINUZ = os.path.join(BUILD, "dom0", "vmlinuz")
VMLINUX = os.path.join(BUILD, "dom0", "vmlinux")
INITRD = os.path.join(WORK, "initrd")
OVMF = "/usr/share/OVMF"

PROCESSOR = "EPYC,+svm,+npt,-smap,-monitor,-rdtscp"
OPTIONS = "console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all"
KERNEL_ARGS = "console=hvc0 earlyprintk=xen"
LIFE_SECONDS = 400
BOOT_SECONDS = 150
SHELL_SECONDS = 60

BANNER = re.compile(rb"Trestle \S+, ")
UP = re.compile(rb"dom0 is up: (\S+), hypervisor ([a-z]+)[^a-z]")
PANIC = re.compile(rb"Panic on CPU \d+:")
HALTED = rb"halted. Reset the machine by hand"


class Broken(AssertionError):
    """The machine did not do what was waited for; the text says what."""


class Machine:
    """One machine; what it is made of is fixed at its start.

    loader: "qemu" (multiboot1 by -kernel), "bios" or "uefi" (GRUB and multiboot2 from an image), or
    "ipxe" (multiboot1 from the network). devices: more of QEMU's words, or what makes them from the
    machine's folder.
    """

    def __init__(self, name, *, machine="q35", loader="qemu", cpus=1, memory=1024, options="",
                 kernel=VMLINUX, kernel_args="", initrd=INITRD, devices=(), hypervisor=HYPERVISOR,
                 accelerator="tcg", life=LIFE_SECONDS):
        self.name = re.sub(r"[^\w.-]+", "-", name)
        self.folder = os.path.join(WORK, "machines", self.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.log_path = os.path.join(WORK, "logs", self.name + ".log")
        os.makedirs(os.path.dirname(self.log_path), exist_ok=True)
        self.child = self._log = None
        self.is_shown = False
        self.life = life
        self.image = {"hypervisor": hypervisor, "kernel": kernel, "initrd": initrd,
                      "options": f"{OPTIONS} {options}".strip(),
                      "kernel_args": f"{KERNEL_ARGS} {kernel_args}".strip()}
        self.command = ["qemu-system-x86_64", "-machine", machine, "-accel", accelerator,
                        "-cpu", PROCESSOR, "-m", str(memory), "-smp", str(cpus), "-nodefaults",
                        "-display", "none", "-vga", "std", "-no-reboot", "-monitor", "none",
                        "-serial", "stdio", "-D", self.path("qemu.log"),
                        "-d", "cpu_reset,trace:qemu_system_shutdown_request",
                        *getattr(self, "_load_" + loader)(),
                        *(devices(self.folder) if callable(devices) else devices)]

    def path(self, name):
        """A file of this machine's own."""
        return os.path.join(self.folder, name)

    def _load_qemu(self):
        image = self.image
        words = ["-kernel", image["hypervisor"], "-append", image["options"]]
        modules = []
        if image["kernel"]:
            modules.append(f"{image['kernel']} {image['kernel_args']}".replace(",", ",,"))
        if image["initrd"]:
            modules.append(image["initrd"])
        return words + (["-initrd", ",".join(modules)] if modules else [])

    def _load_ipxe(self):
        image, script = self.image, ["#!ipxe"]
        for command, name, arguments in (("kernel", "hypervisor", image["options"]),
                                         ("module", "kernel", image["kernel_args"]),
                                         ("module", "initrd", "")):
            os.symlink(image[name], self.path(name))
            script.append(f"{command} {name} {arguments}".strip())
        with open(self.path("boot.ipxe"), "w", encoding="ascii") as file:
            print(*script, "boot", sep="\n", file=file)
        return ["-netdev", f"user,id=boot,tftp={self.folder},bootfile=boot.ipxe",
                "-device", "e1000,netdev=boot,bootindex=0"]

    def _load_bios(self):
        return ["-cdrom", self.make_iso()]

    def _load_uefi(self):
        shutil.copy(f"{OVMF}/OVMF_VARS_4M.fd", self.path("vars.fd"))
        return ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
                "-drive", f"if=pflash,format=raw,file={self.path('vars.fd')}",
                "-cdrom", self.make_iso()]

    def make_iso(self):
        """An image with GRUB that boots the hypervisor and its modules."""
        image, output = self.image, self.path("boot.iso")
        words = [os.path.join(TOP, "scripts", "iso"), "--hypervisor", image["hypervisor"],
                 "--cmdline", image["options"], "--output", output]
        if image["kernel"]:
            words += ["--kernel", image["kernel"], "--kernel-args", image["kernel_args"]]
        if image["initrd"]:
            words += ["--initrd", image["initrd"]]
        made = subprocess.run(words, capture_output=True, text=True, check=False)
        if made.returncode:
            raise Broken(f"scripts/iso failed: {made.stdout}{made.stderr}")
        return output

    def start(self):
        """Switches it on."""
        self._log = open(self.log_path, "wb")  # closed by stop()
        self._log.write(("$ " + shlex.join(self.command) + "\n").encode())
        self.child = pexpect.spawn("timeout", ["--foreground", "--signal=KILL", str(self.life),
                                               *self.command],
                                   echo=False, timeout=SHELL_SECONDS, logfile=None, maxread=65536,
                                   searchwindowsize=None)
        self.child.logfile_read = self._log
        self.child.delaybeforesend = None
        return self

    def stop(self):
        """Switches it off, whatever it does."""
        if self.child:
            self.child.close(force=True)
        if self._log:
            self._log.close()
        for name in os.listdir(self.folder):
            if name.endswith((".iso", ".fd", ".disk")):
                os.remove(self.path(name))

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def log(self):
        """All that it printed so far."""
        if self._log and not self._log.closed:
            self._log.flush()
        with open(self.log_path, "rb") as source:
            text = source.read().decode(errors="replace").replace("\r", "")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)

    def expect(self, pattern, seconds=SHELL_SECONDS, panic_is_bad=True):
        """Waits for a pattern (bytes or text) and returns its match."""
        pattern = pattern.encode() if isinstance(pattern, str) else pattern
        pattern = re.compile(pattern)
        wanted = [pattern, pexpect.EOF, pexpect.TIMEOUT] + ([PANIC] if panic_is_bad else [])
        found = self.child.expect(wanted, timeout=seconds)
        if found == 0:
            return self.child.match
        if found == 1:
            raise Broken(f"the machine ended before it said {pattern.pattern!r}")
        if found == 2:
            raise Broken(f"the machine did not say {pattern.pattern!r} within {seconds} s")
        self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=3)
        raise Broken("the hypervisor panicked")

    def wait_shell(self, seconds=BOOT_SECONDS):
        """Waits for dom0's shell and makes it quiet: no echo, no prompt, no line editor."""
        self.expect(BANNER, seconds)
        match = self.expect(UP, seconds)
        if match.group(2) != b"xen":
            raise Broken(f"dom0 says its hypervisor is {match.group(2)!r}")
        self.expect(rb"dom0# ", seconds)
        self.child.sendline("dmesg -n 1; stty -echo; "
                            "exec sh -c 'while read -r line; do eval \"$line\"; done'")
        return self.run("true", seconds)

    def run(self, command, seconds=SHELL_SECONDS, status=0):
        """Runs a command in dom0's shell; returns its output. status None: any is good."""
        self.child.sendline(f'{{ {command}; }} </dev/null 2>&1; echo "<$?"">"')
        match = self.expect(rb"<(\d+)>\r*\n", seconds)
        text = self.child.before.decode(errors="replace").replace("\r", "")
        if status is not None and int(match.group(1)) != status:
            raise Broken(f"dom0: {command!r} ended with {match.group(1).decode()}: {text[-2000:]}")
        return text.strip()

    def wait_end(self, how, seconds=SHELL_SECONDS):
        """Waits until QEMU ends by itself and well, by "power-off" or by "reset"."""
        found = self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=seconds)
        if found == 1:
            raise Broken(f"the machine was still on after {seconds} s")
        self.child.wait()
        if self.child.exitstatus != 0:
            raise Broken(f"QEMU ended with {self.child.exitstatus or self.child.signalstatus}")
        with open(self.path("qemu.log"), encoding="utf-8", errors="replace") as source:
            text = source.read()
        if "Triple fault" in text:
            raise Broken("the processor had a triple fault")
        end = "power-off" if "qemu_system_shutdown_request" in text else "reset"
        if end != how:
            raise Broken(f"the machine ended by {end}, not by {how}")

    def stays_on(self, seconds):
        """Whether it is on for that long, whatever it prints."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.child.expect([pexpect.EOF, pexpect.TIMEOUT],
                                      timeout=max(0.1, end - time.monotonic()))
            if found == 0:
                return False
        return True
