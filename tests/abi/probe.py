# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks the compiler: one C program that prints the value of each probe, a probe a line."""
import os
import re
import subprocess

_PRELUDE = r"""
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#define KIND(x) _Generic((x), char: "signed", signed char: "signed", short: "signed", int: "signed", \
	long: "signed", long long: "signed", unsigned char: "unsigned", unsigned short: "unsigned", \
	unsigned int: "unsigned", unsigned long: "unsigned", unsigned long long: "unsigned", \
	default: "-")
#define VALUE(x) printf("%#llx", (unsigned long long)(x))
#define PLACE(t, f) printf("at %zu", offsetof(t, f))
#define SIZE(t, f) printf(" size %zu", sizeof(((t *)0)->f))
#define FLEXIBLE() printf(" flexible")
#define SIGN(t, f) printf(" %s", KIND(((t *)0)->f))
#define ELEMENT(t, f) printf(" of %zu", sizeof(((t *)0)->f))
#define BITS(t, f) do { union { t s; unsigned char b[sizeof(t)]; } u; memset(&u, 0, sizeof(u)); \
	u.s.f = -1; for (size_t i = 0; i < sizeof(t); i++) printf("%02x", u.b[i]); } while (0)
"""
_ERROR = re.compile(r"^[^:\n]*probe\.c:(\d+):(?:\d+:)? error: ([^\n]*)", re.M)
_PER_FUNCTION = 200


def constant(name):
    """The statements that print a number."""
    return f"VALUE({name});"


def size(struct_type):
    """The statements that print a struct's size."""
    return f"VALUE(sizeof({struct_type}));"


def place(struct_type, path, field):
    """The statements that print where a field is, how large, whether signed, and its element."""
    if field.bits:
        return f"BITS({struct_type}, {path});"
    whole = "FLEXIBLE();" if field.flexible else f"SIZE({struct_type}, {path});"
    first = path + "[0]" * field.dims
    element = f"ELEMENT({struct_type}, {first});" if field.dims else ""
    return f"PLACE({struct_type}, {path}); {whole} {element} SIGN({struct_type}, {first});"


class Broken(Exception):
    """The headers themselves do not compile."""


def _write(folder, prologue, probes):
    """The program; returns the probe of each line."""
    lines, owners = (prologue + _PRELUDE).split("\n"), {}
    chunks = [probes[i:i + _PER_FUNCTION] for i in range(0, len(probes), _PER_FUNCTION)]
    for n, chunk in enumerate(chunks):
        lines.append(f"static void probe_{n}(void) {{")
        for name, code in chunk:
            lines.append(f'printf("%s\\t", "{name}"); {code} printf("\\n");')
            owners[len(lines)] = name
        lines.append("}")
    calls = " ".join(f"probe_{n}();" for n in range(len(chunks)))
    lines.append(f"int main(void) {{ {calls} return 0; }}")
    with open(os.path.join(folder, "probe.c"), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    return owners


def ask(folder, prologue, flags, probes):
    """({name: answer}, {name: why it does not compile}) for probes, pairs of name and statements."""
    os.makedirs(folder, exist_ok=True)
    source, program = os.path.join(folder, "probe.c"), os.path.join(folder, "probe")
    refused, left = {}, list(probes)
    while True:
        owners = _write(folder, prologue, left)
        run = subprocess.run(["gcc", "-std=gnu11", "-O0", "-w", "-fmax-errors=0",
                              "-fno-diagnostics-show-caret", "-ftrack-macro-expansion=0",
                              *flags, "-o", program, source],
                             capture_output=True, text=True, check=False)
        if run.returncode == 0:
            break
        found = {owners[int(line)]: text for line, text in _ERROR.findall(run.stderr)
                 if int(line) in owners}
        if not found:
            raise Broken(next((line for line in run.stderr.splitlines() if "error:" in line),
                              run.stderr[:200]))
        refused.update(found)
        left = [p for p in left if p[0] not in found]
    out = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return dict(line.split("\t") for line in out.splitlines()), refused
