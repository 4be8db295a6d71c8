# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions and files keep the sizes of style.md; the core keeps its line budget."""

NAME = "sizes"
MEDIAN, NINE_IN_TEN, FUNCTION_LIMIT = 15, 45, 100
SHARES = ((60, 4.0), (80, 1.0))
FILE_WARN, FILE_LIMIT, TEST_LIMIT = 800, 1200, 400
NO_TESTS = ("tests/unit/fake/", "tests/guest/lib/")
CORE = ("hypervisor/", "arch/x86/")
CORE_LIMIT = 45000
FEW = 50


def _length(function):
    return function.end - function.start + 1


def count_code(repo, name):
    """Lines that hold code."""
    return sum(1 for line in repo.code(name).split("\n") if line.strip())


def _check_shares(functions):
    """The distribution over all functions, worst offender first; too few functions say nothing."""
    if len(functions) < FEW:
        return
    ordered = sorted(functions, key=_length)
    longest = ordered[-1]
    median, ninth = _length(ordered[len(ordered) // 2]), _length(ordered[len(ordered) * 9 // 10])
    if median > MEDIAN:
        yield longest.path, longest.start, f"the median function has {median} lines, {MEDIAN} allowed"
    if ninth > NINE_IN_TEN:
        yield (longest.path, longest.start,
               f"one function in ten is longer than {ninth} lines, {NINE_IN_TEN} allowed")
    for limit, share in SHARES:
        over = [f for f in ordered if _length(f) > limit]
        if 100 * len(over) > share * len(ordered):
            for function in over:
                yield (function.path, function.start, f"{function.name} has {_length(function)} lines "
                       f"and {100 * len(over) / len(ordered):.1f} % of the functions are over "
                       f"{limit}, {share} % allowed")


def check(repo):
    """Each function, each file, then the distribution and the budget."""
    functions = []
    for name in repo.files(".c", ".h"):
        lines = repo.text(name).count("\n")
        is_test = name.startswith("tests/") and not name.startswith(NO_TESTS)
        limit = TEST_LIMIT if is_test else FILE_LIMIT
        if lines > limit:
            yield name, lines, f"has {lines} lines, {limit} allowed"
        elif lines > FILE_WARN:
            yield name, lines, f"warning: has {lines} lines, aim for {FILE_WARN}"
        for function in repo.functions(name):
            if not name.startswith("tests/"):
                functions.append(function)
            if _length(function) > FUNCTION_LIMIT:
                yield (name, function.start,
                       f"{function.name} has {_length(function)} lines, {FUNCTION_LIMIT} allowed")
    yield from _check_shares(functions)
    core = sum(count_code(repo, n) for n in repo.files(".c", ".h", ".S", ".def", under=CORE))
    if core > CORE_LIMIT:
        yield "hypervisor", 1, f"hypervisor and arch/x86 have {core} lines of code, {CORE_LIMIT} allowed"
