# SPDX-License-Identifier: GPL-2.0-or-later
"""Each header compiles alone, and twice in one source."""
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

NAME = "headers"
_MESSAGE = re.compile(r"^([^:\n]+):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$", re.M)
_KERNEL = ["-std=gnu11", "-ffreestanding", "-mgeneral-regs-only", "-Ihypervisor/include",
           "-Iarch/x86/include", "-include", "hypervisor/include/hv/config.h"]
_HOST = ["-std=gnu11", "-D_GNU_SOURCE", "-DTRESTLE_HOST", "-Itests/unit/fake/include",
         "-Ihypervisor/include", "-Iarch/x86/include", "-Itools"]
_TOOLS = ["-std=gnu11", "-D_GNU_SOURCE", "-D__XEN_TOOLS__", "-Itools"]


def _tests_tools(repo, name):
    """Whether a header is of the unit tests of a folder of tools/."""
    parts = name.split("/")
    return parts[:2] == ["tests", "unit"] and os.path.isdir(repo.path(f"tools/{parts[2]}"))


def _flags(repo, name):
    """The compiler flags of the folder that a header is for."""
    if name.startswith(("hypervisor/", "arch/", "tests/guest/")):
        flags = list(_KERNEL)
    elif name.startswith("tools/") or _tests_tools(repo, name):
        flags = list(_TOOLS)
    else:
        flags = list(_HOST)
    generated = os.path.join(repo.build, "include")
    if os.path.exists(os.path.join(generated, "generated", "autoconf.h")):
        flags += [f"-I{generated}", "-include", f"{generated}/generated/autoconf.h"]
    folder = os.path.dirname(name)
    while folder:
        flags += [f"-I{folder}"]
        if os.path.isdir(repo.path(os.path.join(folder, "include"))):
            flags.append(f"-I{folder}/include")
        folder = os.path.dirname(folder)
    return flags


def _compile(repo, name):
    source = f'#include "{repo.path(name)}"\n#include "{repo.path(name)}"\n'
    run = subprocess.run(["gcc", *_flags(repo, name), "-Wall", "-Wextra", "-Werror",
                          "-Wno-unused-parameter", "-fsyntax-only", "-x", "c", "-"], cwd=repo.root,
                         input=source, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return []
    found = _MESSAGE.findall(run.stderr) or [(name, 1, run.stderr.strip()[:200])]
    path, line, text = found[0]
    place = "" if path.endswith(name) else f" (at {os.path.relpath(path, repo.root)}:{line})"
    return [(name, int(line) if path.endswith(name) else 1, f"does not compile alone: {text}{place}")]


def check(repo):
    """All headers, as many at once as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda name: _compile(repo, name), repo.files(".h")):
            yield from found
