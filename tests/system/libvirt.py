# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's libvirt in dom0: which files of which packages, and how its daemon is started."""
import fcntl
import os
import re

from guests import Packages
from machine import WORK

LIBRARIES = "usr/lib/x86_64-linux-gnu"
PACKAGES = ("libvirt-daemon", "libvirt-daemon-driver-xen", "libvirt-clients", "libvirt0")
# What those link to and dom0's image doesn't have.
BENEATH = """
    libacl1 libapparmor1 libaudit1 libblkid1 libbrotli1 libcap-ng0 libcom-err2 libcurl3-gnutls
    libffi8 libglib2.0-0 libgmp10 libgnutls30 libgssapi-krb5-2 libhogweed6 libicu72 libidn2-0
    libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 libmount1 libnettle8
    libnghttp2-14 libnuma1 libp11-kit0 libpcre2-8-0 libpsl5 libreadline8 librtmp1 libsasl2-2
    libselinux1 libssh-4 libssh2-1 libssl3 libstdc++6 libtasn1-6 libtinfo6 libtirpc3
    libunistring2 libxml2
""".split()
# The image's, and those that they may be.
OURS = """
    libc6 libgcc-s1 zlib1g liblzma5 libzstd1 libuuid1 libnl-3-200 libxencall1 libxenevtchn1
    libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4 libxentoolcore1 libxentoollog1
    libxenmisc4.17 libxendevicemodel1 libyajl2
""".split()
FILES = (r"^usr/sbin/(libvirtd|virtlogd)$|^usr/bin/virsh$|libvirt_driver_libxl\.so$|"
         r"libvirt(-lxc|-qemu|-admin)?\.so\.0$|^usr/share/libvirt/cpu_map/")
# No sockets of systemd, no groups, no logging daemon.
CONFIGURATION = """auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_group = "root"
"""


def files():
    """Words for scripts/image."""
    with open(os.path.join(WORK, "packages.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages = Packages(os.path.join(WORK, "packages"), [*PACKAGES, *BENEATH, *OURS])
        places = [place for name in PACKAGES for place in packages.files_of(name)
                  if re.search(FILES, place)]
        programs = [packages.path(place) for place in places if "cpu_map" not in place]
        places += [place for place in packages.libraries_of(programs) if place not in places]
    return [word for place in places for word in
            ("--add", f"{os.path.realpath(packages.path(place))}:/{place}")]
