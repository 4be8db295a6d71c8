# SPDX-License-Identifier: GPL-2.0-or-later
"""The linked image has no segment and no section both writable and executable, and no relocation
left for a loader that does not exist."""
import os
import struct

NAME = "image"
IMAGES = ("trestle-syms.elf", "clang/trestle-syms.elf")
PT_LOAD, PF_X, PF_W = 1, 1, 2
SHT_RELA, SHT_REL, SHF_WRITE, SHF_ALLOC, SHF_EXEC = 4, 9, 1, 2, 4
AFTER = "build"


def read_segments(data):
    """(type, flags, vaddr) of an ELF64's program headers."""
    table, (size, count) = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<HH", data, 54)
    for n in range(count):
        kind, flags, _, vaddr = struct.unpack_from("<IIQQ", data, table + n * size)
        yield kind, flags, vaddr


def read_sections(data):
    """(name, type, flags, size) of an ELF64's sections."""
    table, (size, count, names) = struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<HHH", data, 58)
    rows = [struct.unpack_from("<IIQQQQ", data, table + n * size) for n in range(count)]
    for name, kind, flags, _, _, length in rows:
        start = rows[names][4] + name
        yield data[start:data.index(b"\0", start)].decode(), kind, flags, length


def check(repo):
    """Each image that the build check left."""
    for image in IMAGES:
        path = os.path.join(repo.build, image)
        if not os.path.exists(path):
            continue
        shown = os.path.relpath(path, repo.root)
        with open(path, "rb") as source:
            data = source.read()
        for kind, flags, vaddr in read_segments(data):
            if kind == PT_LOAD and flags & PF_X and flags & PF_W:
                yield shown, 1, f"the segment at {vaddr:#x} is writable and executable"
        for name, kind, flags, length in read_sections(data):
            if flags & SHF_WRITE and flags & SHF_EXEC:
                yield shown, 1, f"section {name} is writable and executable"
            if kind in (SHT_RELA, SHT_REL) and flags & SHF_ALLOC and length:
                yield shown, 1, f"section {name} wants a dynamic loader"
