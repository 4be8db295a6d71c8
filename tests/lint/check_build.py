# SPDX-License-Identifier: GPL-2.0-or-later
"""Both compilers build the whole hypervisor without a warning (warnings are errors): gcc as it is
configured, clang with everything off that may be off."""
import os
import re
import subprocess

NAME = "build"
COMPILERS = ("gcc", "clang")
_MESSAGE = re.compile(r"^(?:[\w.-]+: )?(?:\./)?([\w./+-]+):(\d+)(?::\d+)?: "
                      r"(?:(?:fatal )?(?:error|warning): |(?=undefined reference))(.*)$", re.M)


def build_folder(repo, compiler):
    """gcc's objects are those of the ordinary build; clang has a folder of its own."""
    return repo.build if compiler == "gcc" else os.path.join(repo.build, compiler)


def _make(repo, *words):
    """One make on its own, not a part of the one that may have started the checks."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", "-k", *words], cwd=repo.root, stdout=subprocess.PIPE, env=env,
                          stderr=subprocess.STDOUT, text=True, check=False, errors="replace")


def check(repo):
    """Runs make once a compiler; object files are reused."""
    for compiler in COMPILERS:
        folder = build_folder(repo, compiler)
        words = (f"O={os.path.relpath(folder, repo.root)}", f"CC={compiler}")
        if compiler != "gcc":
            _make(repo, *words, "minconfig")
        run = _make(repo, *words, "all")
        if run.returncode == 0:
            continue
        found = _MESSAGE.findall(run.stdout)
        for path, line, text in found:
            yield os.path.normpath(path), int(line), f"{compiler}: {text}"
        if not found:
            last = " | ".join(run.stdout.strip().split("\n")[-4:])
            yield "Makefile", 1, f"the build with {compiler} failed: {last}"
