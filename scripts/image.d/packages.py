# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's packages, fetched once and unpacked without being installed; what a program links to.

What was fetched stays in a folder: the same folder gives the same image, offline.
"""
import glob
import os
import re
import subprocess
import sys


class Failure(Exception):
    """One sentence for the person who builds."""


# Nothing in a package is older; programs are looked for by their last name in these.
LIBRARY_FOLDERS = ("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib")


class Packages:
    """Packages by name: $folder/*.deb, unpacked below $folder/root with /lib, /bin and so on merged
    into /usr."""

    def __init__(self, folder, names):
        self.folder, self.root = folder, os.path.join(folder, "root")
        os.makedirs(self.root, exist_ok=True)
        for place in ("bin", "sbin", "lib", "lib64"):
            os.makedirs(os.path.join(self.root, "usr", place), exist_ok=True)
            if not os.path.islink(os.path.join(self.root, place)):
                os.symlink(os.path.join("usr", place), os.path.join(self.root, place))
        self._fetch([name for name in names if not self._archive(name)])
        for name in names:
            self._unpack(name)
        self._needed = {}

    def _archive(self, name):
        """The package file, the newest when there are several, or None."""
        found = glob.glob(os.path.join(self.folder, glob.escape(name) + "_*.deb"))
        return max(found, key=os.path.getmtime) if found else None

    def _fetch(self, names):
        if not names:
            return
        print(f"image: fetching {len(names)} packages", file=sys.stderr)
        got = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *names],
                             cwd=self.folder, check=False, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        if got.returncode:
            raise Failure(f"fetching {' '.join(names)}: {got.stdout.strip()}; run apt-get update")

    def _unpack(self, name):
        archive = self._archive(name)
        stamp = os.path.join(self.folder, os.path.basename(archive) + ".unpacked")
        if os.path.exists(stamp):
            return
        tar = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "--keep-directory-symlink", "-C", self.root],
                       stdin=tar.stdout, check=True)
        if tar.wait():
            raise Failure(f"{archive} is not a package")
        with open(stamp, "w", encoding="ascii") as file:
            file.write("")

    def files_of(self, name):
        """Paths of a package's files and links, without a leading /, /usr merged."""
        listing = subprocess.run(["dpkg-deb", "--fsys-tarfile", self._archive(name)], check=True,
                                 stdout=subprocess.PIPE).stdout
        names = subprocess.run(["tar", "-t"], input=listing, check=True,
                               stdout=subprocess.PIPE).stdout.decode().splitlines()
        merged = re.compile(r"^\./(bin|sbin|lib|lib64)/")
        return [merged.sub(r"./usr/\1/", line)[2:] for line in names if not line.endswith("/")]

    def path(self, name):
        """Where a file of a package is on this machine."""
        return os.path.join(self.root, name)

    def versions(self):
        """Names of all archives, sorted: what an image was made of."""
        return sorted(os.path.basename(a) for a in glob.glob(os.path.join(self.folder, "*.deb")))

    def find_library(self, soname):
        """The place of a shared library in the unpacked packages; None when in none of them."""
        for folder in LIBRARY_FOLDERS:
            if os.path.exists(self.path(os.path.join(folder, soname))):
                return os.path.join(folder, soname)
        return None

    def needed(self, file):
        """Names of the libraries that a program or library asks for."""
        if file not in self._needed:
            text = subprocess.run(["readelf", "-dW", file], check=False, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True).stdout
            self._needed[file] = re.findall(r"\(NEEDED\).*\[(.*)\]", text)
        return self._needed[file]

    def soname(self, file):
        """The name that others ask for it by; None when it is no library."""
        text = subprocess.run(["readelf", "-dW", file], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True).stdout
        found = re.search(r"\(SONAME\).*\[(.*)\]", text)
        return found.group(1) if found else None

    def libraries_of(self, files):
        """All libraries beneath these files (paths on this machine), as places in the packages."""
        todo, found = list(files), {}
        while todo:
            for soname in self.needed(todo.pop()):
                if soname in found or soname.startswith("ld-linux"):
                    continue
                found[soname] = self.find_library(soname)
                if not found[soname]:
                    raise Failure(f"no package of the image has {soname}: add its package's name "
                                  "to scripts/image.d/contents.py, or give --package")
                todo.append(self.path(found[soname]))
        return sorted(found.values())
