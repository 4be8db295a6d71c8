# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel in each packing that dom0's builder knows, up to its first line. XZ is how Debian ships it."""
import os
import subprocess

import pytest

from machine import VMLINUX

START_SECONDS = 90

PACKERS = {
    "gzip": ["gzip", "-1", "-c"],
    "lz4": ["lz4", "-1", "--content-size", "-c"],
    "zstd": ["zstd", "-1", "-q", "-c"],
    "xz": ["xz", "-0", "--check=crc32", "--x86", "--lzma2=preset=0,dict=1MiB", "-c"],
}


@pytest.mark.parametrize("packing", PACKERS)
def test_packed_kernel_starts(boot, tmp_path, packing):
    """The payload is unpacked by our own decoder and the kernel in it runs."""
    kernel = os.path.join(tmp_path, f"vmlinux.{packing}")
    with open(kernel, "wb") as target:
        subprocess.run([*PACKERS[packing], VMLINUX], stdout=target, check=True)
    box = boot(kernel=kernel, options="noreboot")
    box.expect(rf"dom0 kernel: {packing}, \d+ bytes unpacked to \d+", START_SECONDS)
    box.expect("Linux version", START_SECONDS)
