# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads C declarations: the structs and enumerators of a preprocessed text, the macros of a header.

Understands what interface headers hold: nested and anonymous structs and unions, arrays, bit-fields,
several declarators in one declaration. Function bodies and initialisers are stepped over.
"""
import re
from dataclasses import dataclass, field

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)|__extension__|__restrict|_Static_assert\s*"
                        r"\((?:[^()]|\([^()]*\))*\)\s*;?|\bABI_(?:SIZE|OFFSET)\([^;]*;", re.S)
_TOKEN = re.compile(r"[A-Za-z_]\w*|0[xX][0-9a-fA-F]+|\d+\w*|\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|\S")
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?([^\n]*)", re.M)


@dataclass
class Field:
    """One field: dims is the number of array dimensions, flexible says that the last is []."""
    name: str
    dims: int = 0
    flexible: bool = False
    bits: bool = False
    inner: "Struct" = None


@dataclass
class Struct:
    """A struct or union; name is None where it has no tag."""
    kind: str
    name: str
    fields: list = field(default_factory=list)
    nested: bool = False


def strip_comments(text):
    """The text with comments blanked, lines kept, continued lines joined."""
    text = _COMMENT.sub(lambda m: "\n" * m.group().count("\n") or " ", text)
    return text.replace("\\\n", " ")


def read_macros(text):
    """(objects, functions): names with a value, and names with their number of parameters."""
    objects, functions = {}, {}
    for name, params, body in _DEFINE.findall(strip_comments(text)):
        if params:
            functions[name] = len(params.split(","))
        elif body.strip():
            objects[name] = body.strip()
    return objects, functions


class _Reader:
    """A cursor over tokens."""

    def __init__(self, text):
        text = re.sub(r"^[ \t]*#[^\n]*", "", strip_comments(text), flags=re.M)
        self.tokens = _TOKEN.findall(_ATTRIBUTE.sub(" ", text))
        self.at = 0
        self.structs, self.enumerators = [], []

    def peek(self, ahead=0):
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def take(self):
        token = self.peek()
        self.at += 1
        return token

    def skip_group(self, opening, closing):
        """Past a bracketed group; the cursor is on its opening."""
        depth = 0
        while self.at < len(self.tokens):
            token = self.take()
            depth += (token == opening) - (token == closing)
            if depth == 0:
                return

    def read_top(self):
        """All declarations at file level."""
        while self.at < len(self.tokens):
            token = self.peek()
            if token in ("struct", "union") and self._has_body():
                self.read_struct(nested=False)
            elif token == "enum":
                self.read_enum()
            elif token == "{":
                self.skip_group("{", "}")
            else:
                self.take()

    def _has_body(self):
        return self.peek(1) == "{" or self.peek(2) == "{"

    def read_struct(self, nested):
        """A struct or union with a body; leaves the cursor behind it."""
        kind = self.take()
        name = self.take() if self.peek() != "{" else None
        self.take()
        made = Struct(kind, name, nested=nested)
        while self.peek() not in ("}", ""):
            made.fields += self.read_declaration()
        self.take()
        if name:
            self.structs.append(made)
        return made

    def read_enum(self):
        """An enum; its enumerators are noted."""
        self.take()
        if self.peek() not in ("{", ";"):
            self.take()
        if self.peek() != "{":
            return
        self.take()
        while self.peek() not in ("}", ""):
            self.enumerators.append(self.take())
            while self.peek() not in (",", "}", ""):
                self.take()
            if self.peek() == ",":
                self.take()
        self.take()

    def read_declaration(self):
        """The fields of one declaration up to its semicolon; an anonymous inner one is hoisted."""
        inner = None
        while self.peek() in ("const", "volatile"):
            self.take()
        if self.peek() in ("struct", "union") and self._has_body():
            inner = self.read_struct(nested=True)
            if self.peek() == ";":
                self.take()
                return inner.fields
        else:
            while self.peek(1) not in (";", ",", "[", ":"):
                self.take()
        found = []
        while self.peek() not in (";", ""):
            if self.peek() in (",", "*", "const"):
                self.take()
                continue
            found.append(self._read_declarator(inner))
        self.take()
        return found

    def _read_declarator(self, inner):
        one = Field(self.take(), inner=inner)
        while self.peek() == "[":
            one.flexible = self.peek(1) == "]"
            one.dims += 1
            self.skip_group("[", "]")
        if self.peek() == ":":
            one.bits = True
            while self.peek() not in (",", ";"):
                self.take()
        return one


def read_declarations(text):
    """(structs with a tag, enumerators) of a text without conditionals."""
    reader = _Reader(text)
    reader.read_top()
    return reader.structs, reader.enumerators


def list_fields(struct, is_own=lambda tag: False, prefix=""):
    """(path, Field) of each field, inner ones too, unless their struct is_own, a type of its own."""
    for one in struct.fields:
        path = prefix + one.name
        yield path, one
        if one.inner and not (one.inner.name and is_own(one.inner.name)):
            yield from list_fields(one.inner, is_own, path + "[0]" * one.dims + ".")
