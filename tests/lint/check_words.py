# SPDX-License-Identifier: GPL-2.0-or-later
"""What a source does not contain: conditionals in functions, stray gotos, .c includes, externs,
empty words in names, marks of unfinished work."""
import re

NAME = "words"
WORDS = {"do", "process", "manage", "helper", "util", "utils", "misc", "common"}
_MARK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_GOTO = re.compile(r"\bgoto\s+(\w+)")
_EXTERN = re.compile(r"^\s*extern\b")
_CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")
_DEFINE = re.compile(r"^\s*#\s*define\s+(_\w+)")
_ABI = "hypervisor/include/abi/"


def _check_functions(repo, name):
    lines = repo.code(name).split("\n")
    for function in repo.functions(name):
        for n in range(function.body, function.end):
            if _CONDITIONAL.match(lines[n - 1]):
                yield name, n, f"#if inside {function.name}: a module that is off is not linked"
        if function.name.startswith("_"):
            yield name, function.start, f"{function.name} starts with an underscore"
        words = WORDS.intersection(function.name.lower().split("_"))
        if words and not function.static:
            yield name, function.start, f"{function.name} says nothing with '{words.pop()}'"


def check(repo):
    """All C sources and headers; marks in every kind of source."""
    for name in repo.files(".c", ".h"):
        yield from _check_functions(repo, name)
        for n, line in enumerate(repo.code(name).split("\n"), 1):
            for label in _GOTO.findall(line):
                if label != "out":
                    yield name, n, f"goto {label}: the one label is out"
            if name.endswith(".c") and _EXTERN.match(line):
                yield name, n, "extern in a source: declare it in the owner's header"
            if _DEFINE.match(line) and not name.startswith(_ABI):
                yield name, n, f"{_DEFINE.match(line).group(1)} starts with an underscore"
        for n, _, header in repo.includes(name):
            if header.endswith(".c"):
                yield name, n, f"includes the source {header}"
    for name in repo.files(".c", ".h", ".S", ".lds", ".def"):
        for n, text in repo.comments(name):
            mark = _MARK.search(text)
            if mark:
                yield name, n, f"{mark.group(1)}: finish it, or say it in docs/caveats.md"
