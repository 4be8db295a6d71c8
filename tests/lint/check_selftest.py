# SPDX-License-Identifier: GPL-2.0-or-later
"""Each check catches its bad samples, at the right line, and lets the good ones pass."""
import importlib
import os
import tempfile
from repo import Repo
from samples import SAMPLES

NAME = "selftest"


def _find(module, files):
    """What a check says about a small tree, warnings apart."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as target:
                target.write(content if isinstance(content, bytes) else content.encode())
        return sorted({(path, line) for path, line, text in module.check(Repo(root, "build"))
                       if not text.startswith("warning:")})


def check(_repo):
    """All samples; a check without a sample is a finding too."""
    here, seen = os.path.dirname(os.path.abspath(__file__)), set()
    for title, name, files, wanted in SAMPLES:
        seen.add(name)
        found = _find(importlib.import_module("check_" + name), files)
        if found != sorted(wanted):
            yield "tests/lint/samples.py", 1, f"{name}, {title}: found {found}, wanted {wanted}"
    for name in sorted(f[6:-3] for f in os.listdir(here) if f.startswith("check_")):
        if name not in seen and name != NAME:
            yield "tests/lint/samples.py", 1, f"check_{name}.py has no sample"
