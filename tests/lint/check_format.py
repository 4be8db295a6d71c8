# SPDX-License-Identifier: GPL-2.0-or-later
"""Every C source and header reads as .clang-format says, by Debian 12's clang-format."""
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
import os

NAME = "format"
VERSION = "14."
_MESSAGE = re.compile(r"^(.*?):(\d+):\d+: error: ", re.M)


def _format(repo, names):
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", *names], cwd=repo.root,
                         capture_output=True, text=True, check=False)
    return _MESSAGE.findall(run.stderr)


def check(repo):
    """The first line of each file that clang-format would change."""
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True,
                             check=False).stdout
    if f"version {VERSION}" not in version:
        yield ".clang-format", 1, f"wants clang-format {VERSION}x, found: {version.strip()}"
        return
    names, jobs = repo.files(".c", ".h"), os.cpu_count() * 4
    shares = [s for s in (names[n::jobs] for n in range(jobs)) if s]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda share: _format(repo, share), shares):
            counts = {}
            for path, line in found:
                counts.setdefault(path, []).append(int(line))
            for path, lines in sorted(counts.items()):
                yield (path, lines[0], f"clang-format would change this and {len(lines) - 1} more "
                       f"places: clang-format -i {path}")
