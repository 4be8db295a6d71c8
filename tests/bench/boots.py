# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots a machine whose clock counts instructions, and reads the rows that its guest prints."""

import os
import re
import selectors
import subprocess
import time

ROW = re.compile(r'bench: (.+) = (-?[0-9.]+)')
REFUSED = re.compile(r'bench (refused|group stopped)')
END = re.compile(r'Test result: (\S+) bench ?(.*)')
STOP = re.compile(r'(?i)\bpanic\b|\b(dom(ain)? ?0|d0)\b.{0,60}\bcrash')
PROCESSOR = 'EPYC,+svm,+npt,-smap,-monitor,-rdtscp'
OPTIONS = 'console=com1 com1=115200,8n1 noreboot'


class Boot:
    """One machine. kernel: what QEMU loads, with its arguments; modules: as for QEMU's -initrd."""

    def __init__(self, name, kernel, arguments, modules, megabytes, log):
        self.name, self.rows, self.problem, self.seconds = name, {}, '', 0.0
        self._log = log
        self._text = ''
        self._command = [
            'qemu-system-x86_64', '-accel', 'tcg', '-icount', 'shift=0,sleep=off',
            '-rtc', 'base=2026-01-01,clock=vm', '-seed', '1', '-machine', 'pc', '-cpu', PROCESSOR,
            '-m', str(megabytes), '-smp', '1', '-kernel', kernel, '-append', arguments,
            '-initrd', modules, '-nodefaults', '-display', 'none', '-no-reboot',
            '-monitor', 'none', '-serial', 'stdio']

    def run(self, timeout):
        """Fills rows and, when the end was not good, problem."""
        start = time.monotonic()
        with open(self._log, 'wb') as log, subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL) as process:
            try:
                self.problem = self._read(process.stdout.fileno(), log, start + timeout)
            finally:
                process.kill()
        self.seconds = time.monotonic() - start
        return self

    def _read(self, source, log, deadline):
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            while selector.select(max(0, deadline - time.monotonic())):
                data = os.read(source, 65536)
                log.write(data)
                if not data:
                    return 'the machine stopped'
                self._text += data.decode('latin-1').replace('\r', '')
                *lines, self._text = self._text.split('\n')
                for line in lines:
                    end = self._read_line(line)
                    if end is not None:
                        return end
        return 'no end in time'

    def _read_line(self, line):
        """None, or how the machine ended; '' is well."""
        row, end = ROW.search(line), END.search(line)
        if row:
            self.rows[row.group(1)] = float(row.group(2))
        if REFUSED.search(line):
            print(f'bench: {self.name}: {line.strip()}', flush=True)
        if end:
            return '' if end.group(1) == 'SUCCESS' else f'{end.group(1)} {end.group(2)}'
        return line.strip() if STOP.search(line) else None
