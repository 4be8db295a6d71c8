# SPDX-License-Identifier: GPL-2.0-or-later
"""What the checks see of the repository: its files, their text, their functions."""
import os
import re
import subprocess
from collections import namedtuple

Function = namedtuple("Function", "name path start body end static")

_STRIP = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|(//[^\n]*|/\*.*?\*/)', re.S)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
_CALLED = re.compile(r"(\w+)\s*\(")
_NOT_NAMES = {"__attribute__", "must_check", "aligned", "section", "noreturn", "printf_like"}


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def line_of(text, position):
    """The line number of a position."""
    return text.count("\n", 0, position) + 1


class Repo:
    """A tree of sources; build is the folder for what checks make."""

    def __init__(self, root, build):
        self.root, self.build = os.path.abspath(root), os.path.abspath(os.path.join(root, build))
        self._names, self._texts, self._codes, self._functions = None, {}, {}, {}

    def names(self):
        """All files, repository-relative, sorted."""
        if self._names is None:
            self._names = sorted(self._from_git() or self._from_walk())
        return self._names

    def _from_git(self):
        if not os.path.exists(os.path.join(self.root, ".git")):
            return []
        run = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached",
                              "--others", "--exclude-standard"],
                             cwd=self.root, capture_output=True, text=True, check=False)
        return [n for n in run.stdout.split("\0") if n and os.path.isfile(self.path(n))]

    def _from_walk(self):
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if not f.startswith((".", "build"))]
            for name in files:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def path(self, name):
        """The absolute path of a file of the tree."""
        return os.path.join(self.root, name)

    def files(self, *suffixes, under=("",)):
        """The files with one of the suffixes, below one of the folders."""
        return [n for n in self.names() if n.endswith(suffixes) and n.startswith(tuple(under))]

    def text(self, name):
        """A file's text; empty when it went away meanwhile."""
        if name not in self._texts:
            try:
                with open(self.path(name), encoding="utf-8", errors="replace") as source:
                    self._texts[name] = source.read()
            except FileNotFoundError:
                self._texts[name] = ""
        return self._texts[name]

    def code(self, name):
        """The text with comments and string contents blanked, lines kept."""
        if name not in self._codes:
            self._codes[name] = _STRIP.sub(_blank, self.text(name))
        return self._codes[name]

    def comments(self, name):
        """(line, text) of each line of each comment."""
        text = self.text(name)
        for match in _COMMENT.finditer(text):
            if match.group(2):
                first = line_of(text, match.start())
                for n, row in enumerate(match.group(2).split("\n")):
                    yield first + n, row

    def includes(self, name):
        """(line, is quoted, header) of each include."""
        text = self.text(name)
        return [(line_of(text, m.start()), m.group(1) == '"', m.group(2))
                for m in _INCLUDE.finditer(text)]

    def functions(self, name):
        """The function definitions: clang-format puts their braces in the first column."""
        if name not in self._functions:
            self._functions[name] = list(self._scan(name))
        return self._functions[name]

    def _scan(self, name):
        lines = self.code(name).split("\n")
        at = 0
        while at < len(lines):
            if lines[at].rstrip() != "{":
                at += 1
                continue
            start = self._find_signature(lines, at)
            end = next((n for n in range(at, len(lines)) if lines[n].startswith("}")), len(lines) - 1)
            if start is not None:
                signature = " ".join(lines[start:at])
                called = [c for c in _CALLED.findall(signature) if c not in _NOT_NAMES]
                if called:
                    yield Function(called[0], name, start + 1, at + 1, end + 1,
                                   bool(re.search(r"\bstatic\b", signature)))
            at = end + 1

    @staticmethod
    def _find_signature(lines, brace):
        """The line where the declaration before an opening brace starts."""
        start = None
        for n in range(brace - 1, -1, -1):
            row = lines[n]
            if not row.strip() or row.startswith(("}", "#", "\t{")) or row.rstrip().endswith(";"):
                break
            start = n
        return start
