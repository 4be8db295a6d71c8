# SPDX-License-Identifier: GPL-2.0-or-later
"""Both compilers build the whole hypervisor without a warning (warnings are errors)."""
import os
import re
import subprocess

NAME = "build"
COMPILERS = ("gcc", "clang")
_MESSAGE = re.compile(r"^([\w./+-]+):(\d+)(?::\d+)?: (?:fatal )?(?:error|warning): (.*)$", re.M)


def build_folder(repo, compiler):
    """gcc's objects are those of the ordinary build; clang has a folder of its own."""
    return repo.build if compiler == "gcc" else os.path.join(repo.build, compiler)


def check(repo):
    """Runs make once a compiler; object files are reused."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    for compiler in COMPILERS:
        folder = os.path.relpath(build_folder(repo, compiler), repo.root)
        run = subprocess.run(["make", "-k", f"O={folder}", f"CC={compiler}", "all"], cwd=repo.root,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env,
                             check=False, errors="replace")
        if run.returncode == 0:
            continue
        found = _MESSAGE.findall(run.stdout)
        for path, line, text in found:
            yield path, int(line), f"{compiler}: {text}"
        if not found:
            last = " | ".join(run.stdout.strip().split("\n")[-4:])
            yield "Makefile", 1, f"the build with {compiler} failed: {last}"
