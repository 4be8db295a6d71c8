# SPDX-License-Identifier: GPL-2.0-or-later
"""The lists agree with the tree: each source is in one files.mk and exists, each Kconfig symbol
gates a source or a part of an internal header, there are at most 40."""
import re

NAME = "lists"
SYMBOLS = 40
_CONFIG = re.compile(r"^(?:menu)?config\s+(\w+)", re.M)
_SOURCE = re.compile(r"[\w./+-]+\.[cS]\b")


def _symbols(repo):
    """(name, line, type) of each symbol."""
    text = repo.text("Kconfig")
    found = list(_CONFIG.finditer(text))
    for match, end in zip(found, [m.start() for m in found[1:]] + [len(text)]):
        kind = re.search(r"^\s+(def_bool|bool|int|hex|string)\b", text[match.end():end], re.M)
        yield match.group(1), text.count("\n", 0, match.start()) + 1, kind.group(1) if kind else ""


def check(repo):
    """Sources against files.mk, symbols against both."""
    listed, lists = {}, repo.files("files.mk")
    for name in lists:
        for n, line in enumerate(repo.text(name).split("\n"), 1):
            for source in _SOURCE.findall(line.split("#")[0]):
                listed.setdefault(source, []).append(name)
                if source not in repo.names():
                    yield name, n, f"lists {source}, which does not exist"
    for source in repo.files(".c", ".S", under=("hypervisor/", "arch/", "tests/unit/", "tests/fuzz/")):
        if source not in listed:
            yield source, 1, "is in no files.mk, so nothing builds it"
    symbols = list(_symbols(repo))
    if len(symbols) > SYMBOLS:
        yield "Kconfig", symbols[SYMBOLS][1], f"{len(symbols)} symbols, {SYMBOLS} allowed"
    gates = "\n".join(repo.text(n) for n in lists)
    headers = "\n".join(repo.code(n) for n in repo.files(".h", under=("hypervisor/include/hv/",)))
    for symbol, line, kind in symbols:
        used = f"$(CONFIG_{symbol})" in gates or re.search(rf"\bCONFIG_{symbol}\b", headers)
        if kind == "bool" and not used:
            yield "Kconfig", line, f"{symbol} gates nothing: no files.mk and no internal header names it"
