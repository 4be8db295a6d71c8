# SPDX-License-Identifier: GPL-2.0-or-later
"""An include never points to a higher layer; headers have no cycles and reach at most 40 others.

A header of include/hv or include/asm belongs to the folder that OWNERS names, or of its name, or the
one that has a source of its name. One without either takes the highest layer among the headers it includes. The
source that orders the start-up of everything is above all layers.
"""
import os

NAME = "layers"
REACH = 40
HYPERVISOR = (("lib",), ("core",), ("mm",), ("domain",), ("sched", "event", "grant", "security"),
              ("hypercall",))
OWNERS = {"arch/x86/include/asm/msr.h": "cpu"}
START_UP = "hypervisor/core/start.c"
X86 = (("cpu",), ("irq",), ("mm",), ("shadow",), ("pv", "hvm"), ("vmx", "svm", "vdev"))
_TREES = (("hypervisor", "hypervisor/include/", "hypervisor/include/hv/", HYPERVISOR),
          ("arch/x86", "arch/x86/include/", "arch/x86/include/asm/", X86))


class Graph:
    """The include graph of the hypervisor, and each file's layer."""

    def __init__(self, repo):
        self.repo = repo
        self.names = set(repo.files(".c", ".h", ".S", ".def", under=("hypervisor/", "arch/")))
        self.edges = {n: list(self._resolve(n)) for n in sorted(self.names)}
        self.ranks = {}

    def _resolve(self, name):
        for line, quoted, header in self.repo.includes(name):
            places = ["hypervisor/include/" + header, "arch/x86/include/" + header]
            if quoted:
                places.insert(0, os.path.normpath(os.path.join(os.path.dirname(name), header)))
            target = next((p for p in places if p in self.names), None)
            if target:
                yield line, target

    def folder(self, name):
        """(tree, folder) that owns a file; folder is None for a header nobody claims."""
        for tree, include, own, layers in _TREES:
            if name in OWNERS:
                return ("hypervisor" if name.startswith("hypervisor/") else "arch/x86"), OWNERS[name]
            if name.startswith(own):
                return tree, self._owner(tree, os.path.splitext(name[len(own):])[0], layers)
            if name.startswith(include):
                return tree, None
            if name.startswith(tree + "/"):
                return tree, name[len(tree) + 1:].split("/")[0]
        return None, None

    def _owner(self, tree, stem, layers):
        folders = [f for layer in layers for f in layer]
        if stem in folders:
            return stem
        for folder in folders:
            if any(f"{tree}/{folder}/{stem}{suffix}" in self.names for suffix in (".c", ".S")):
                return folder
        return None

    def rank(self, name):
        """(tree, number of the layer), or None for what has no place in the order."""
        if name not in self.ranks:
            self.ranks[name] = None
            self.ranks[name] = self._rank(name)
        return self.ranks[name]

    def _rank(self, name):
        tree, folder = self.folder(name)
        for own, _, _, layers in _TREES:
            if own == tree and folder:
                return next(((tree, n) for n, layer in enumerate(layers) if folder in layer), None)
        below = [self.rank(target) for _, target in self.edges[name]]
        below = [r for r in below if r and r[0] == tree]
        return max(below) if below and tree else None

    def layer_name(self, rank):
        """A layer as text."""
        layers = next(t[3] for t in _TREES if t[0] == rank[0])
        return "/".join(layers[rank[1]])


def _find_cycles(graph):
    """Strongly connected headers, one finding a cycle, by Tarjan's method without recursion."""
    index, low, on_stack, stack, found = {}, {}, set(), [], []
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(graph[root]))]
        while work:
            node, rest = work[-1]
            nxt = next(rest, None)
            if nxt is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members = []
                    while not members or members[-1] != node:
                        members.append(stack.pop())
                        on_stack.discard(members[-1])
                    if len(members) > 1 or node in graph[node]:
                        found.append(sorted(members))
            elif nxt not in index:
                index[nxt] = low[nxt] = len(index)
                stack.append(nxt)
                on_stack.add(nxt)
                work.append((nxt, iter(graph[nxt])))
            elif nxt in on_stack:
                low[node] = min(low[node], index[nxt])
    return found


def _reach(graph, name):
    seen, work = set(), [name]
    while work:
        for target in graph.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return len(seen - {name})


def check(repo):
    """Upward includes, cycles, reach, and the way down to the processor."""
    graph = Graph(repo)
    for name, edges in graph.edges.items():
        own = graph.rank(name)
        for line, target in edges:
            other = graph.rank(target)
            upward = own and other and own[0] == other[0] and other[1] > own[1]
            if upward and name != START_UP:
                yield (name, line, f"{graph.layer_name(own)} includes {target} of the higher layer "
                       f"{graph.layer_name(other)}")
            if (name.startswith("hypervisor/") and name.endswith(".c")
                    and target.startswith("arch/x86/include/")):
                yield name, line, f"includes {target}: a source goes down only through hv/ headers"
    headers = {n: [t for _, t in e if t.endswith((".h", ".def"))]
               for n, e in graph.edges.items() if n.endswith(".h")}
    for members in _find_cycles({n: [t for t in e if t in headers] for n, e in headers.items()}):
        yield members[0], 1, "headers include each other: " + ", ".join(members)
    for name in sorted(headers):
        reach = _reach(headers, name)
        if reach > REACH:
            yield name, 1, f"reaches {reach} other headers, {REACH} are allowed"
