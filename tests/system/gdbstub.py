# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of GDB's remote protocol as it takes to change a machine's memory before start-up code sees it.

The machine is stopped at its first instruction (QEMU's -S) and runs to the hypervisor's entry point,
where paging is off: addresses are physical ones.
"""
import socket
import struct
import time

CHUNK_BYTES = 1024
ENTRY_SECONDS = 60


class Stub:
    """A connection to QEMU's stub on a UNIX socket."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                self._socket.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.1)
        self._socket.settimeout(ENTRY_SECONDS)
        self._pending = b""
        self._ask("?")

    def _send(self, text):
        self._socket.sendall(f"${text}#{sum(text.encode()) & 255:02x}".encode())

    def _receive(self):
        while True:
            start, end = self._pending.find(b"$"), self._pending.find(b"#")
            if 0 <= start < end and len(self._pending) >= end + 3:
                body = self._pending[start + 1:end].decode()
                self._pending = self._pending[end + 3:]
                self._socket.sendall(b"+")
                return body
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("QEMU closed its debugger's connection")
            self._pending += data

    def _ask(self, text):
        self._send(text)
        return self._receive()

    def run_to(self, address):
        """Runs until the instruction at the address comes."""
        assert self._ask(f"Z1,{address:x},1") == "OK"
        stop = self._ask("c")
        assert stop.startswith("T05"), stop
        assert self._ask(f"z1,{address:x},1") == "OK"

    def read(self, address, length):
        """Bytes of memory."""
        data = b""
        while len(data) < length:
            share = min(CHUNK_BYTES, length - len(data))
            data += bytes.fromhex(self._ask(f"m{address + len(data):x},{share:x}"))
        return data

    def write(self, address, data):
        """Changes memory, ROM too."""
        assert self._ask(f"M{address:x},{len(data):x}:{data.hex()}") == "OK"

    def let_go(self):
        """The machine runs on, and is not stopped again."""
        self._send("D")
        self._receive()
        self._socket.close()


class Acpi:
    """The ACPI tables in a stopped machine's memory (revision 0, as SeaBIOS makes them)."""

    def __init__(self, stub):
        self._stub = stub
        area = stub.read(0xE0000, 0x20000)
        self.root_pointer = 0xE0000 + area.index(b"RSD PTR ")
        self.root = struct.unpack("<I", stub.read(self.root_pointer + 16, 4))[0]

    def length(self, table):
        """Bytes of the table at an address."""
        return struct.unpack("<I", self._stub.read(table + 4, 4))[0]

    def find(self, signature):
        """Address of a table."""
        rows = self._stub.read(self.root, self.length(self.root))[36:]
        for address in struct.unpack(f"<{len(rows) // 4}I", rows):
            if self._stub.read(address, 4) == signature:
                return address
        raise KeyError(signature)

    def change(self, table, offset, data, checksum=True):
        """Changes bytes of a table and, unless told otherwise, makes its checksum right."""
        self._stub.write(table + offset, data)
        if checksum:
            body = bytearray(self._stub.read(table, self.length(table)))
            body[9] = 0
            self._stub.write(table + 9, bytes([-sum(body) & 255]))
