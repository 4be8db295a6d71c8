# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of dom0's network cards: servers on the loopback address of this machine.

A guest behind QEMU's user network reaches them at the gateway's address.
"""
import hashlib
import os
import socketserver
import threading

DATA_BYTES = 4 << 20
LINE_BYTES = 1 << 16


class _Download(socketserver.StreamRequestHandler):
    """An HTTP server that gives the same data to whatever is asked for."""

    def handle(self):
        while self.rfile.readline(LINE_BYTES).strip():
            pass
        data = self.server.data
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data)


class _Upload(socketserver.StreamRequestHandler):
    """Reads to the end and answers with the SHA-256 of what came."""

    def handle(self):
        digest = hashlib.sha256()
        while True:
            data = self.rfile.read(LINE_BYTES)
            if not data:
                break
            digest.update(data)
        self.wfile.write(digest.hexdigest().encode() + b"\n")


class Peer:
    """Both servers, each with a port of its own."""

    def __init__(self):
        self.data = os.urandom(DATA_BYTES)
        self.digest = hashlib.sha256(self.data).hexdigest()
        self._servers = []
        self.download_port = self._serve(_Download)
        self.upload_port = self._serve(_Upload)

    def _serve(self, handler):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server.daemon_threads, server.data = True, self.data
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._servers.append(server)
        return server.server_address[1]

    def close(self):
        """Ends both."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
