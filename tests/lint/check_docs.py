# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of docs/: those that are made from the sources are up to date, links resolve, files
that a page names exist, lines end by column 120."""
import os
import re
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

NAME = "docs"
WIDTH = 120
_SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_NAMED = re.compile(r"`((?:hypervisor|arch|tests|scripts|docs)/[\w./-]*\w/?)`")
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.M | re.S)


def _load(name):
    """A script without a suffix, as a module."""
    spec = spec_from_loader(name, SourceFileLoader(name, os.path.join(_SCRIPTS, name)))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def _find_slugs(text):
    """The anchors that a page's headings make."""
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _exists(names, folders, path):
    return path.rstrip("/") in folders or path in names or path == "."


def _check_page(repo, page, names, folders):
    plain = _FENCE.sub(_blank, repo.text(page))
    for n, line in enumerate(plain.split("\n"), 1):
        if len(line) > WIDTH and page.startswith("docs/") and not line.startswith("|"):
            yield page, n, f"has {len(line)} columns, {WIDTH} allowed"
        for target in _LINK.findall(line):
            path, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            full = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not _exists(names, folders, full):
                yield page, n, f"links to {target}, which is not there"
            elif anchor and full.endswith(".md") and anchor not in _find_slugs(repo.text(full)):
                yield page, n, f"links to {target}, but no heading makes that anchor"
        for path in _NAMED.findall(line):
            if not _exists(names, folders, path):
                yield page, n, f"names {path}, which is not there"


def _check_abi(repo):
    """What scripts/abi-doc makes; its own --check says what is stale."""
    program = os.path.join(_SCRIPTS, "abi-doc")
    if not os.path.exists(program) or not os.path.samefile(_SCRIPTS, repo.path("scripts")):
        return
    run = subprocess.run([program, "--check"], cwd=repo.root, capture_output=True, text=True, check=False)
    if run.returncode:
        yield "docs/abi/hypercalls.md", 1, (run.stdout + run.stderr).strip() or "is out of date: make docs"


def check(repo):
    """Made pages, then each page by itself."""
    names = set(repo.names())
    folders = {name[:n] for name in names for n, c in enumerate(name) if c == "/"}
    for page, text in _load("docs").make_pages(repo.root).items():
        if repo.text(page) != text:
            yield page, 1, "is not what the sources say: make docs"
    if os.path.isdir(repo.path("scripts")):
        yield from _check_abi(repo)
    for page in repo.files(".md"):
        if page.startswith("docs/") or "/" not in page:
            yield from _check_page(repo, page, names, folders)
