# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules of Debian's kernel, out of its package, with those that they need."""
import os
import shutil
import subprocess
import tempfile

from packages import Failure

INDEXES = ("modules.builtin", "modules.builtin.modinfo", "modules.order")


def _canonical(name):
    return os.path.basename(name).split(".ko")[0].replace("-", "_")


class Kernel:
    """The package's modules; files that were asked for once stay in $folder/modules."""

    def __init__(self, folder, package):
        self.package, self.folder = package, os.path.join(folder, "modules")
        if not os.path.exists(os.path.join(self.folder, "modules.dep")):
            self._index()
        with open(os.path.join(self.folder, "release"), encoding="ascii") as file:
            self.release = file.read().strip()
        self.needs, self.files = {}, {}
        with open(os.path.join(self.folder, "modules.dep"), encoding="ascii") as file:
            for line in file:
                path, _, needs = line.partition(":")
                self.files[_canonical(path)] = path
                self.needs[_canonical(path)] = [_canonical(need) for need in needs.split()]
        with open(os.path.join(self.folder, "modules.builtin"), encoding="ascii") as file:
            self.builtin = {_canonical(line.strip()) for line in file}

    def _extract(self, folder, pattern, files=()):
        tar = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", self.package],
                               stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", folder, "--wildcards", *pattern, *files],
                       stdin=tar.stdout, check=True)
        if tar.wait():
            raise Failure(f"{self.package} is not a package")

    def _index(self):
        """Unpacks all modules once to learn which needs which, and keeps that."""
        os.makedirs(self.folder, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            self._extract(work, ["./lib/modules/*"])
            release = os.listdir(os.path.join(work, "lib/modules"))[0]
            subprocess.run(["depmod", "-b", work, release], check=True)
            source = os.path.join(work, "lib/modules", release)
            with open(os.path.join(self.folder, "release"), "w", encoding="ascii") as file:
                print(release, file=file)
            for name in (*INDEXES, "modules.dep"):
                shutil.copy(os.path.join(source, name), os.path.join(self.folder, name))

    def with_needed(self, names):
        """Canonical names of these and of all that they need, sorted; what is built in is left out."""
        chosen = set()
        for name in map(_canonical, names):
            if name in self.files:
                chosen.update((name, *self.needs[name]))
            elif name not in self.builtin:
                raise Failure(f"the kernel {self.release} has no module {name}")
        return sorted(chosen)

    def _fetch(self, names):
        missing = [self.files[name] for name in names
                   if not os.path.exists(os.path.join(self.folder, self.files[name]))]
        if not missing:
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            base = f"./lib/modules/{self.release}"
            self._extract(work, [], [f"{base}/{path}" for path in missing])
            for path in missing:
                place = os.path.join(self.folder, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                os.replace(os.path.join(work, base, path), place)

    def add_to(self, tree, names):
        """Puts these modules, those that they need and fresh indexes into the tree."""
        names = self.with_needed(names)
        self._fetch(names)
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            base = os.path.join("lib/modules", self.release)
            for path in (*INDEXES, *(self.files[name] for name in names)):
                place = os.path.join(work, base, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                shutil.copy(os.path.join(self.folder, path), place)
            subprocess.run(["depmod", "-b", work, self.release], check=True)
            for root, _, files in os.walk(os.path.join(work, base)):
                for name in files:
                    source = os.path.join(root, name)
                    tree.add_file(os.path.join("usr", os.path.relpath(source, work)), source)
