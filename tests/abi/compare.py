# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares our ABI headers with the published ones: everything ours, then what ours lacks."""
import os
import re
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import cparse
import interface
import probe


class Outcome:
    """What was compared and what was found."""

    def __init__(self):
        self.counts = Counter()
        self.findings = []

    @property
    def passed(self):
        return sum(self.counts.values())

    def summary(self):
        """The counts of what agrees."""
        c = self.counts
        return (f"{c['constants']} constants, {c['macros']} macros, {c['structs']} structs, "
                f"{c['fields']} fields compared; {c['published']} published names found here")


class Own:
    """Our headers: constants, macros with parameters, structs; each with the header that has it."""

    def __init__(self, include):
        self.folder = os.path.join(include, "abi")
        self.headers = sorted(h for h in os.listdir(self.folder) if h.endswith(".h"))
        self.constants, self.macros, self.structs = {}, {}, {}
        self.stray = [h for h in self.headers
                      if h not in interface.PAIRS and h not in interface.NO_COUNTERPART]
        for header in self.headers:
            if header in interface.PAIRS:
                self._read(header)

    def _read(self, header):
        with open(os.path.join(self.folder, header), encoding="utf-8") as source:
            text = source.read()
        objects, functions = cparse.read_macros(text)
        self.constants.update(dict.fromkeys(objects, header))
        self.macros.update({name: (header, count) for name, count in functions.items()})
        for struct in cparse.read_declarations(text)[0]:
            if not struct.nested:
                self.structs[struct.name] = (header, struct)

    def prologue(self):
        """Includes of all our headers."""
        return "".join(f'#include "abi/{h}"\n' for h in self.headers)


class Published:
    """The published headers: names by header, structs and enumerators after the preprocessor."""

    def __init__(self, folder):
        self.folder = folder
        headers = [h for own in interface.PAIRS.values() for h in own if h != "errno.h"]
        self.prologue = interface.PUBLISHED_PROLOGUE + "".join(f"#include <xen/{h}>\n"
                                                               for h in headers)
        self.flags = ["-I" + os.path.dirname(folder)]
        self.structs, self.texts, self.defined = {}, {}, set()
        self._preprocess()

    def _preprocess(self):
        command = ["gcc", "-std=gnu11", "-E", "-dD", *self.flags, "-x", "c", "-"]
        out = subprocess.run(command, input=self.prologue, capture_output=True, text=True,
                             check=True).stdout
        lines, here = {}, ""
        for line in out.split("\n"):
            mark = re.match(r'# \d+ "([^"]*)"', line)
            if mark:
                here = mark.group(1)
            else:
                lines.setdefault(os.path.relpath(here, self.folder), []).append(line)
        self.texts = {name: "\n".join(text) for name, text in lines.items()
                      if not name.startswith("..")}
        for text in self.texts.values():
            for struct in cparse.read_declarations(text)[0]:
                self.structs[struct.name] = struct

    def find_struct(self, own_name):
        """The published struct for one of ours by the naming rule, None, or the two it could be."""
        bare = own_name[len("xen_"):]
        return [self.structs[n] for n in (own_name, bare) if n in self.structs]

    def names(self, header):
        """The macros with a value and the enumerators of one header."""
        text = self.texts.get(header, "")
        objects, functions = cparse.read_macros(text)
        return {**objects, **functions, **dict.fromkeys(cparse.read_declarations(text)[1])}


def _own_name(published_name):
    """What the naming rule makes of a published struct's name."""
    return "xen_" + published_name.removeprefix("xen_")


def _matches(table, name):
    return any(re.fullmatch(pattern, name) for pattern in table)


def _samples(name, count, side):
    """Arguments for a macro with parameters, for side 0 (ours) or 1 (published)."""
    if name in interface.SAMPLES:
        return [interface.SAMPLES[name][side]]
    return [", ".join(interface.NUMBERS[(i + n) % len(interface.NUMBERS)] for n in range(count))
            for i in range(len(interface.NUMBERS))]


class _Probes:
    """Pairs of questions: the same name for ours and for the published side."""

    def __init__(self):
        self.ours, self.theirs, self.kinds, self.headers = [], [], {}, {}

    def add(self, kind, header, name, ours, theirs):
        self.ours.append((name, ours))
        self.theirs.append((name, theirs))
        self.kinds[name], self.headers[name] = kind, header


def _add_constants(probes, own):
    for name, header in own.constants.items():
        theirs = interface.STANDS_FOR.get(name, (name,))[0]
        probes.add("constants", header, name, probe.constant(name), probe.constant(theirs))
    for name, (header, count) in own.macros.items():
        for ours, theirs in zip(_samples(name, count, 0), _samples(name, count, 1)):
            probes.add("macros", header, f"{name}({ours})", probe.constant(f"{name}({ours})"),
                       probe.constant(f"{name}({theirs})"))


def _add_structs(probes, own, published, findings):
    for name, (header, struct) in own.structs.items():
        if not name.startswith("xen_"):
            findings.append(f"{header}: {struct.kind} {name}: does not start with xen_")
            continue
        found = published.find_struct(name)
        if len(found) != 1:
            findings.append(f"{header}: {struct.kind} {name}: "
                            + ("does not exist" if not found else "could be either of two")
                            + " in libxen-dev")
            continue
        ours, theirs = f"{struct.kind} {name}", f"{found[0].kind} {found[0].name}"
        probes.add("structs", header, name, probe.size(ours), probe.size(theirs))
        known = dict(cparse.list_fields(found[0]))
        for path, field in cparse.list_fields(struct):
            bits = field.bits or getattr(known.get(path), "bits", False)
            field.bits = bits
            probes.add("fields", header, f"{name}.{path}", probe.place(ours, path, field),
                       probe.place(theirs, path, field))


def _agree(ours, theirs):
    """Equal, where a published handle or pointer ("-") may be a plain number in ours."""
    if ours == theirs:
        return True
    return theirs.endswith(" -") and ours.rsplit(" ", 1)[0] == theirs.rsplit(" ", 1)[0]


def _judge(probes, ours, theirs, outcome):
    """Answers against answers."""
    for name, kind in probes.kinds.items():
        where = f"{probes.headers[name]}: {name}:"
        if name in ours[1]:
            outcome.findings.append(f"{where} does not compile: {ours[1][name]}")
        elif name in theirs[1]:
            outcome.findings.append(f"{where} does not exist in libxen-dev: {theirs[1][name]}")
        elif not _agree(ours[0][name], theirs[0][name]):
            outcome.findings.append(f"{where} {ours[0][name]}, published {theirs[0][name]}")
        else:
            outcome.counts[kind] += 1


def _lacking_fields(own, own_struct, theirs):
    """Published fields of one struct that ours does not have."""
    def is_own(tag):
        return _own_name(tag) in own.structs
    have = {path for path, _ in cparse.list_fields(own_struct)}
    for path, _ in cparse.list_fields(theirs, is_own):
        if path not in have and not _matches(interface.OMITTED_FIELDS, f"{theirs.name}.{path}"):
            yield f"{theirs.name}.{path}"


def _check_published(own, published, outcome):
    """The other direction: names of the published headers that ours lacks."""
    have = set(own.constants) | set(own.macros)
    for header, sources in interface.PAIRS.items():
        if header not in own.headers or header in interface.PARTIAL:
            continue
        names = {n for source in sources for n in published.names(source)}
        structs = [s for source in sources
                   for s in cparse.read_declarations(published.texts.get(source, ""))[0]]
        lacking = {n for n in names - have if not _matches(interface.OMITTED, n)}
        for struct in structs:
            mine = own.structs.get(_own_name(struct.name))
            if mine:
                lacking.update(_lacking_fields(own, mine[1], struct))
                outcome.counts["published"] += 1
            elif not struct.nested and not _matches(interface.OMITTED, struct.name):
                lacking.add(struct.name)
        outcome.counts["published"] += len(names & have)
        outcome.findings += [f"{header}: lacks {name} of libxen-dev" for name in sorted(lacking)]


def compare(include, published_folder, folder):
    """The Outcome for the headers in include/abi."""
    outcome, own, published = Outcome(), Own(include), Published(published_folder)
    outcome.findings += [f"{h}: not paired with a published header in tests/abi/interface.py"
                         for h in own.stray]
    outcome.findings += [f"{h}: is not there" for h in interface.PAIRS if h not in own.headers]
    probes = _Probes()
    _add_constants(probes, own)
    _add_structs(probes, own, published, outcome.findings)
    with ThreadPoolExecutor(2) as pool:
        ours = pool.submit(probe.ask, os.path.join(folder, "ours"), own.prologue(),
                           ["-I" + include], probes.ours)
        theirs = pool.submit(probe.ask, os.path.join(folder, "published"), published.prologue,
                             published.flags, probes.theirs)
        try:
            _judge(probes, ours.result(), theirs.result(), outcome)
        except probe.Broken as broken:
            outcome.findings.append(f"the headers do not compile: {broken}")
    _check_published(own, published, outcome)
    return outcome
