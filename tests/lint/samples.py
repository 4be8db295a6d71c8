# SPDX-License-Identifier: GPL-2.0-or-later
"""Small trees for check_selftest.py: (title, check, files, findings as (path, line))."""
import struct

C = "hypervisor/core/a.c"
H = "hypervisor/include/hv/"
CLANG_FORMAT = "BasedOnStyle: LLVM\nUseTab: Always\nIndentWidth: 8\n"


def function(lines, name="a_run"):
    """A function of that many lines."""
    return f"int {name}(void)\n{{\n" + "\tstep();\n" * (lines - 3) + "}\n"


def functions(*sizes):
    """A source with functions of those sizes."""
    return "\n".join(function(size, f"a_run{n}") for n, size in enumerate(sizes))


def image(flags, section_flags=6, section_type=1):
    """An ELF64 with one segment and one section."""
    names = b"\0.x\0"
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, 62, 1, 0, 64, 124, 0, 64, 56,
                       1, 64, 2, 1)
    segment = struct.pack("<IIQQQQQQ", 1, flags, 0, 0, 0, 0, 0, 0)
    rows = (struct.pack("<IIQQQQIIQQ", 1, section_type, section_flags, 0, 0, 24, 0, 0, 0, 0)
            + struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, 120, 4, 0, 0, 0, 0))
    return head + segment + names + rows


def makefile(lines):
    """A build that compiles nothing and says these lines."""
    return "minconfig all:\n" + "".join(f"\t@echo '{line}'\n" for line in lines) + ("\t@false\n" if lines else "")


ELF = "build/trestle-syms.elf"
SAMPLES = [
    ("a warning of a compiler", "build",
     {"Makefile": makefile([f"{C}:7:3: error: unused variable"])}, [(C, 7)]),
    ("a symbol that nobody defines", "build",
     {"Makefile": makefile([f"ld.bfd: ./{C}:9: undefined reference to b"])}, [(C, 9)]),
    ("a link that fails", "build", {"Makefile": makefile(["ld: no"])}, [("Makefile", 1)]),
    ("a build that works", "build", {"Makefile": makefile([])}, []),

    ("wrong indentation", "format",
     {".clang-format": CLANG_FORMAT, C: "int a(void)\n{\n  return 1;\n}\n"}, [(C, 1)]),
    ("right indentation", "format", {".clang-format": CLANG_FORMAT, C: "int a;\n"}, []),

    ("a header that needs another", "headers",
     {H + "config.h": "#define CONFIG_X 1\n", H + "a.h": "#ifndef A\n#define A\nuint32_t a;\n#endif\n"},
     [(H + "a.h", 3)]),
    ("a header without a guard", "headers",
     {H + "config.h": "#define CONFIG_X 1\n", H + "a.h": "struct a {\n\tint x;\n};\n"}, [(H + "a.h", 1)]),
    ("a header alone", "headers",
     {H + "config.h": "#define CONFIG_X 1\n",
      H + "a.h": "#ifndef A\n#define A\n#include <stdint.h>\nextern uint32_t a;\n#endif\n"}, []),

    ("a lower layer that includes a higher", "layers",
     {C: '\n#include "hv/event.h"\n', H + "event.h": "", "hypervisor/event/b.c": ""}, [(C, 2)]),
    ("through a header that nobody owns", "layers",
     {C: '#include "hv/any.h"\n', H + "any.h": '#include "hv/domain.h"\n', H + "domain.h": ""}, [(C, 1)]),
    ("a header owned by its source", "layers",
     {"hypervisor/lib/a.c": '#include "hv/timer.h"\n', H + "timer.h": "", "hypervisor/core/timer.c": ""},
     [("hypervisor/lib/a.c", 1)]),
    ("the start-up", "layers",
     {"hypervisor/core/start.c": '#include "hv/event.h"\n', H + "event.h": ""}, []),
    ("processor layers", "layers",
     {"arch/x86/irq/a.c": '#include "asm/pv.h"\n', "arch/x86/include/asm/pv.h": ""},
     [("arch/x86/irq/a.c", 1)]),
    ("a source that reaches for the processor", "layers",
     {C: '#include "asm/msr.h"\n', "arch/x86/include/asm/msr.h": ""}, [(C, 1)]),
    ("a cycle", "layers",
     {H + "a.h": '#include "hv/b.h"\n', H + "b.h": '#include "hv/c.h"\n', H + "c.h": '#include "hv/a.h"\n'},
     [(H + "a.h", 1)]),
    ("a header that reaches too many", "layers",
     {H + "a.h": "".join(f'#include "hv/b{n}.h"\n' for n in range(41)),
      **{H + f"b{n}.h": "" for n in range(41)}}, [(H + "a.h", 1)]),
    ("downward includes", "layers",
     {"hypervisor/event/a.c": '#include "hv/domain.h"\n#include "hv/a.h"\n', H + "domain.h": "",
      H + "a.h": "".join(f'#include "hv/b{n}.h"\n' for n in range(39)),
      **{H + f"b{n}.h": "" for n in range(39)}}, []),

    ("a function over the limit", "sizes", {C: "\n" + function(101)}, [(C, 2)]),
    ("a function at the limit", "sizes", {C: function(100)}, []),
    ("a file over the limit", "sizes", {C: "\n" * 1201}, [(C, 1201)]),
    ("a file that is long", "sizes", {C: "\n" * 801}, []),
    ("a test over the limit", "sizes", {"tests/unit/a/test_a.c": "\n" * 401},
     [("tests/unit/a/test_a.c", 401)]),
    ("what tests share", "sizes", {"tests/unit/fake/a.c": "\n" * 401}, []),
    ("a median too high", "sizes", {C: functions(*[16] * 60)}, [(C, 1004)]),
    ("too many over 45", "sizes", {C: functions(*[10] * 54, *[46] * 6)}, [(C, 830)]),
    ("too many over 60", "sizes", {C: functions(61, 61, 61, *[10] * 57)}, [(C, 1), (C, 63), (C, 125)]),
    ("too many over 80", "sizes", {C: functions(81, *[10] * 57)}, [(C, 1)]),
    ("good sizes", "sizes", {C: functions(61, 61, *[15] * 58)}, []),
    ("a core over its budget", "sizes",
     {f"hypervisor/core/a{n}.h": "int x;\n" * 700 for n in range(65)}, [("hypervisor", 1)]),

    ("a conditional in a function", "words", {C: "int a(void)\n{\n#ifdef X\n\tb();\n#endif\n}\n"}, [(C, 3)]),
    ("a conditional in a function of several lines", "words",
     {C: "static int must_check a(int b,\n\t\tint c)\n{\n\tif (b) {\n\t}\n#if 1\n#endif\n}\n"}, [(C, 6)]),
    ("a conditional outside", "words", {C: "#if X\nint a(void)\n{\n}\n#endif\n"}, []),
    ("a goto elsewhere", "words", {C: "int a(void)\n{\n\tgoto out;\n\tgoto again;\n}\n"}, [(C, 4)]),
    ("an included source", "words", {C: '#include "b.c"\n'}, [(C, 1)]),
    ("an extern in a source", "words", {C: "/* extern in words */\nextern int x;\n"}, [(C, 2)]),
    ("an extern in a header", "words", {H + "a.h": "extern int x;\n"}, []),
    ("an empty word", "words", {C: "int a_do_it(void)\n{\n}\nstatic int b_common(void)\n{\n}\n"}, [(C, 1)]),
    ("a leading underscore", "words", {C: "#define _A 1\nint __a(void)\n{\n}\n"}, [(C, 1), (C, 2)]),
    ("a published name", "words", {"hypervisor/include/abi/a.h": "#define __HYPERVISOR_x 1\n"}, []),
    ("marks", "words", {C: "/*\n * TODO: more\n */\nint a; // FIXME\n", "arch/x86/boot/a.S": "/* XXX */\n"},
     [(C, 2), (C, 4), ("arch/x86/boot/a.S", 1)]),
    ("no marks", "words", {C: 'char *a = "TODO"; /* TODOS */\n'}, []),

    ("a segment writable and executable", "image", {ELF: image(7)}, [(ELF, 1)]),
    ("a section writable and executable", "image", {ELF: image(5, 7)}, [(ELF, 1)]),
    ("a relocation left", "image", {ELF: image(5, 2, 4)}, [(ELF, 1)]),
    ("a sound image", "image", {ELF: image(5)}, []),

    ("a source in no list", "lists", {C: "", "hypervisor/core/files.mk": ""}, [(C, 1)]),
    ("a list of what is not there", "lists", {"hypervisor/core/files.mk": "\nsources-y += " + C + "\n"},
     [("hypervisor/core/files.mk", 2)]),
    ("a symbol without a source", "lists", {"Kconfig": "\nconfig A\n\tbool\n"}, [("Kconfig", 2)]),
    ("too many symbols", "lists", {"Kconfig": "".join(f"config A{n}\n\tint\n" for n in range(41))},
     [("Kconfig", 81)]),
    ("lists that agree", "lists",
     {"Kconfig": "config A\n\tbool\n", C: "", "hypervisor/core/files.mk": f"sources-$(CONFIG_A) += {C}\n"}, []),

    ("no licence", "licence", {C: "int a;\n"}, [(C, 1)]),
    ("the wrong licence", "licence",
     {"hypervisor/include/abi/a.h": "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"},
     [("hypervisor/include/abi/a.h", 1)]),
    ("a licence", "licence", {C: "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"}, []),

    ("a lock class that the page lacks", "docs",
     {H + "lock_classes.def": 'LOCK_CLASS(a, false, "a")\n', "docs/locking.md": "# Locks\n"},
     [("docs/locking.md", 1)]),
    ("an option without a page", "docs",
     {C: 'static bool a;\nBOOLEAN_PARAMETER("a", a, "what it is");\n'}, [("docs/options.md", 1)]),
    ("a link to nowhere", "docs", {"docs/a.md": "# A\n[b](b.md)\n[a](#b)\n"}, [("docs/a.md", 2), ("docs/a.md", 3)]),
    ("a file that went away", "docs", {"docs/a.md": "`hypervisor/core/a.c`\n"}, [("docs/a.md", 1)]),
    ("a page too wide", "docs", {"docs/a.md": "a" * 121 + "\n|" + "a" * 121 + "\n"}, [("docs/a.md", 1)]),
    ("a page", "docs",
     {"docs/a.md": "# One thing\n[a](#one-thing) [c](../hypervisor/core) [d](https://x/y)\n`hypervisor/core/a.c`\n"
      "```\n[x](nowhere)\n```\n", C: ""}, []),
]
