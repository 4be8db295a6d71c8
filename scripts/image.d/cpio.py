# SPDX-License-Identifier: GPL-2.0-or-later
"""A tree of files in memory, and the archive that a kernel unpacks as its first file system.

Owner, time and inode numbers are fixed, so that the same content gives the same bytes. Archives
may follow each other in one RAM disk: a later one's files replace an earlier one's.
"""
import os
import stat
import subprocess


class Tree:
    """Path (without a leading /) -> (mode, content)."""

    def __init__(self):
        self.entries = {}

    def _add_parents(self, path):
        parent = os.path.dirname(path)
        if parent and parent not in self.entries:
            self.add_folder(parent)

    def add_folder(self, path, mode=0o755):
        """A folder and those above it."""
        path = path.strip("/")
        self._add_parents(path)
        self.entries[path] = (stat.S_IFDIR | mode, b"")

    def add_link(self, path, target):
        """A symbolic link."""
        path = path.strip("/")
        self._add_parents(path)
        self.entries[path] = (stat.S_IFLNK | 0o777, target.encode())

    def add_bytes(self, path, content, mode=0o644):
        """A file of these bytes."""
        path = path.strip("/")
        self._add_parents(path)
        self.entries[path] = (stat.S_IFREG | mode, content)

    def add_file(self, path, source, mode=None):
        """A copy of a file of this machine."""
        with open(source, "rb") as file:
            content = file.read()
        self.add_bytes(path, content, mode or (0o755 if os.access(source, os.X_OK) else 0o644))

    def has(self, path):
        """Whether something is at this place."""
        return path.strip("/") in self.entries

    def archive(self):
        """As cpio, format newc, padded so that another may follow."""
        pieces, number = [], 1
        for path in sorted(self.entries):
            mode, content = self.entries[path]
            pieces.append(_entry(number, mode, path, content))
            number += 1
        pieces.append(_entry(0, 0, "TRAILER!!!", b""))
        return _padded(b"".join(pieces), 512)

    def write_to(self, folder):
        """As files below folder, for programs that read trees."""
        for path in sorted(self.entries):
            mode, content = self.entries[path]
            place = os.path.join(folder, path)
            if stat.S_ISDIR(mode):
                os.makedirs(place, exist_ok=True)
            elif stat.S_ISLNK(mode):
                os.symlink(content.decode(), place)
            else:
                with open(place, "wb") as file:
                    file.write(content)
                os.chmod(place, stat.S_IMODE(mode))


def _padded(data, unit):
    return data + bytes(-len(data) % unit)


def _entry(number, mode, path, content):
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields)
    return _padded(_padded(head + name, 4) + content, 4)


def compress(data, level=19):
    """With zstd. The same level gives the same bytes."""
    return subprocess.run(["zstd", "-q", f"-{level}", "-T0", "--stdout"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout
