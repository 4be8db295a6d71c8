# SPDX-License-Identifier: GPL-2.0-or-later
"""`make install` into a folder: all parts are there, GRUB and systemd accept theirs."""
import os
import shutil
import subprocess

import pytest

from machine import BUILD, TOP

KERNELS = ("6.1.0-9-amd64", "6.1.0-10-amd64", "5.10.0-30-amd64")


def install(folder):
    """What scripts/install puts below a folder."""
    subprocess.run([os.path.join(TOP, "scripts", "install")], check=True,
                   env=dict(os.environ, O=BUILD, DESTDIR=str(folder)))
    return folder


@pytest.fixture(scope="module", name="root")
def fixture_root(tmp_path_factory):
    """An installation, with kernels in its /boot."""
    folder = install(tmp_path_factory.mktemp("root"))
    for version in KERNELS:
        (folder / "boot" / f"vmlinuz-{version}").write_bytes(b"kernel")
        (folder / "boot" / f"initrd.img-{version}").write_bytes(b"disk")
    return folder


def menu(root, folder, **variables):
    """The entries that grub-mkconfig would get, checked by grub-script-check."""
    for name, text in (("probe", "echo ext2"), ("relpath", "echo /boot")):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
        (folder / name).chmod(0o755)
    made = subprocess.run(
        [str(root / "etc/grub.d/20_linux_trestle")], check=True, capture_output=True, text=True,
        env=dict(os.environ, pkgdatadir="/usr/share/grub", grub_probe=str(folder / "probe"),
                 grub_mkrelpath=str(folder / "relpath"), TRESTLE_BOOT=str(root / "boot"),
                 GRUB_DEVICE="/dev/vda1", GRUB_DEVICE_BOOT="/dev/vda1", **variables)).stdout
    config = folder / "grub.cfg"
    config.write_text(made, encoding="utf-8")
    if made:
        subprocess.run(["grub-script-check", str(config)], check=True)
    return made


def test_install_has_all_parts(root):
    """Hypervisor, tools, the name xl, units, menu, manual, configuration."""
    for path in ("boot/trestle.elf", "usr/sbin/tl", "usr/sbin/xenstored", "usr/sbin/consoled",
                 "usr/lib/debug/boot/trestle-syms.elf", "etc/default/grub.d/trestle.cfg",
                 "etc/grub.d/20_linux_trestle", "usr/lib/tmpfiles.d/trestle.conf", "etc/xen/auto",
                 "usr/lib/systemd/system/trestle-xenstored.service",
                 "usr/share/man/man1/tl.1", "usr/share/bash-completion/completions/tl"):
        assert (root / path).exists(), path
    assert os.readlink(root / "usr/sbin/xl") == "tl"


def test_install_leaves_the_administrators_file(tmp_path):
    """A second installation replaces programs, not configuration."""
    install(tmp_path)
    config = tmp_path / "etc/default/grub.d/trestle.cfg"
    config.write_text("GRUB_CMDLINE_TRESTLE=mine\n", encoding="ascii")
    install(tmp_path)
    assert "mine" in config.read_text(encoding="ascii")


def test_install_menu_has_each_kernel_newest_first(root, tmp_path):
    """Two entries a kernel, with arguments where they belong."""
    made = menu(root, tmp_path, GRUB_CMDLINE_TRESTLE="loglvl=all",
                GRUB_CMDLINE_TRESTLE_DEFAULT="dom0_mem=1G", GRUB_CMDLINE_LINUX_DEFAULT="quiet",
                GRUB_CMDLINE_LINUX_TRESTLE="console=hvc0", GRUB_DISTRIBUTOR="It's Debian")
    titles = [line for line in made.splitlines() if line.startswith("menuentry")]
    assert len(titles) == 2 * len(KERNELS)
    assert ["6.1.0-10" in titles[0], "6.1.0-9" in titles[2], "5.10.0" in titles[4]] == [True] * 3
    first, recovery = made.split("menuentry ")[1:3]
    assert "multiboot2 /boot/trestle.elf loglvl=all dom0_mem=1G" in first
    assert "module2 /boot/vmlinuz-6.1.0-10-amd64 root=/dev/vda1 ro" in first
    assert "console=hvc0 quiet" in first and "initrd.img-6.1.0-10-amd64" in first
    assert "dom0_mem" not in recovery and "quiet" not in recovery and "single" in recovery


def test_install_menu_can_be_switched_off(root, tmp_path):
    """And is empty where there is no hypervisor."""
    assert menu(root, tmp_path, GRUB_DISABLE_TRESTLE="true") == ""
    assert menu(tmp_path_without(root, tmp_path), tmp_path) == ""


def tmp_path_without(root, tmp_path):
    """A copy of the menu's script beside an empty /boot."""
    other = tmp_path / "other"
    (other / "boot").mkdir(parents=True)
    (other / "etc/grub.d").mkdir(parents=True)
    shutil.copy(root / "etc/grub.d/20_linux_trestle", other / "etc/grub.d")
    return other


PROBE = """#!/bin/sh
case "$*" in
*target=device*) echo /dev/vda1 ;;
*target=fs_uuid*) echo 1234-5678 ;;
*target=partmap*) echo gpt ;;
*target=fs*) echo ext2 ;;
esac
"""


def test_install_grub_mkconfig_takes_it(root, tmp_path):
    """Debian's own grub-mkconfig, with our folder of scripts and a root that it can tell."""
    probe, script, config = (tmp_path / name for name in ("probe", "grub-mkconfig", "made.cfg"))
    probe.write_text(PROBE, encoding="ascii")
    probe.chmod(0o755)
    with open("/usr/sbin/grub-mkconfig", encoding="utf-8") as source:
        text = source.read()
    for old, new in (('sysconfdir="/etc"', f'sysconfdir="{root}/etc"'),
                     ('grub_probe="${sbindir}/grub-probe"', f'grub_probe="{probe}"')):
        assert old in text
        text = text.replace(old, new)
    script.write_text(text, encoding="utf-8")
    subprocess.run(["sh", str(script), "-o", str(config)], check=True, capture_output=True,
                   env=dict(os.environ, TRESTLE_BOOT=str(root / "boot"), grub_mkrelpath="echo"))
    made = config.read_text(encoding="utf-8")
    assert made.count("multiboot2") == 2 * len(KERNELS)
    subprocess.run(["grub-script-check", str(config)], check=True)


def test_install_units_are_accepted_by_systemd(root):
    """systemd-analyze finds no fault in them (the units of a whole system are not there)."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    folder = root / "usr/lib/systemd/system"
    units = sorted(str(path) for path in folder.glob("trestle-*.service"))
    assert len(units) == 6
    run = subprocess.run(["systemd-analyze", "verify", f"--root={root}", *units],
                         capture_output=True, text=True, check=False)
    faults = [line for line in run.stderr.splitlines() if "trestle-" in line
              and "Failed to create trestle-" not in line]
    assert not faults, run.stderr


def test_install_folders_are_made_by_tmpfiles(root, tmp_path):
    """The configuration is understood, and its folders appear."""
    if not shutil.which("systemd-tmpfiles"):
        pytest.skip("systemd-tmpfiles is not installed")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n", encoding="ascii")
    (tmp_path / "etc/group").write_text("root:x:0:\n", encoding="ascii")
    subprocess.run(["systemd-tmpfiles", "--create", f"--root={tmp_path}",
                    str(root / "usr/lib/tmpfiles.d/trestle.conf")], check=True)
    for path in ("run/xenstored", "run/trestle/domains", "var/log/xen", "var/lib/xen"):
        assert (tmp_path / path).is_dir(), path
