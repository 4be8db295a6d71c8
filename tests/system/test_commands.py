# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of tl's commands and the exit codes of wrong ones are xl's; no machine is needed."""
import os
import re
import subprocess

import pytest

from machine import BUILD

TL = os.path.join(BUILD, "tools", "bin", "tl")

# What the xl of 4.17 ended with on the peer.
EXITS = """
1
1 no-such-command
1 no-such-command web
1 -Z list
1 config-update
1 config-update --no-such-option
1 create /dev/null
3 create /no/such/file
3 create -f /no/such/file
6 create
2 create /dev/null name="x" word
2 create -Z /dev/null
2 create -f
2 list -Q
2 list --long --bad
2 shutdown -a -Z
2 destroy -Z web
2 mem-max web
2 mem-set web
2 vcpu-pin web
2 vcpu-set web
2 rename web
2 trigger web
2 sysrq web
2 dump-core
2 cd-insert web
2 cd-eject web
2 network-detach web
2 block-attach web
2 block-detach web
2 cpupool-rename pool
2 cpupool-cpu-add pool
2 cpupool-cpu-remove pool
2 cpupool-migrate web
"""

# Commands that end with 2 for an option that there is not, and without their operands.
WRONG_OPTION = """list destroy shutdown reboot pause unpause console dump-core cd-insert cd-eject mem-max
mem-set vcpu-list vcpu-pin vcpu-set vm-list info sharing sched-credit sched-rtds domid domname rename
trigger sysrq debug-keys dmesg top network-attach network-list network-detach block-attach block-list
block-detach uptime claims cpupool-create cpupool-list cpupool-destroy cpupool-rename cpupool-cpu-add
cpupool-cpu-remove cpupool-migrate cpupool-numa-split create""".split()
WITHOUT_OPERANDS = """destroy pause unpause console dump-core cd-insert cd-eject mem-max mem-set vcpu-pin
vcpu-set domid domname rename trigger sysrq debug-keys network-attach network-list network-detach
block-attach block-list block-detach cpupool-destroy cpupool-rename cpupool-cpu-add cpupool-cpu-remove
cpupool-migrate""".split()

# Options of xl(1) and of its help; = has a value.
OPTIONS = """
create -q --quiet -f= --defconfig= -p -F -V --vncviewer -A --vncviewer-autopass -c -d -e -n --dryrun
create --ignore-global-affinity-masks
config-update -f= --defconfig= -d
console -t= -n=
destroy -f
list -l --long -Z --context -v --verbose -c --cpupool -n --numa
reboot -a --all -w --wait -F
shutdown -a --all -w --wait -F
vcpu-pin -f --force --ignore-global-affinity-masks
vcpu-set -i --ignore-host
uptime -s --short
dmesg -c --clear
info -n --numa
sched-credit -d= --domain= -w= --weight= -c= --cap= -p= --cpupool= -s --schedparam -t= --tslice_ms=
sched-credit -r= --ratelimit_us= -m= --migration_delay_us=
sched-rtds -d= --domain= -v= --vcpuid= -p= --period= -b= --budget= -e= --extratime= -c= --cpupool=
cpupool-create -f= --defconfig= -n --dryrun
cpupool-list -c --cpus
block-detach -f --force
help -l --long
"""


def run(words, name="tl", folder=None):
    """Exit code and both outputs, as tl or by another name."""
    program = TL if name == "tl" else os.path.join(folder, name)
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False, timeout=60,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["tl", "xl"])
def test_commands_end_with_the_codes_of_xl(tmp_path, name):
    """By either name, for each line of the table."""
    (tmp_path / "xl").symlink_to(TL)
    lines = [line.split() for line in EXITS.strip().splitlines()]
    lines += [["2", command, "--no-such-option"] for command in WRONG_OPTION]
    lines += [["2", command] for command in WITHOUT_OPERANDS]
    wrong = {}
    for code, *words in lines:
        ended, said = run(words, name, tmp_path)
        if ended != int(code):
            wrong[" ".join(words)] = (ended, int(code), said)
    assert not wrong


def test_commands_have_the_options_of_xl():
    """Each is in the command's help, with or without a value."""
    missing = []
    for command, *options in (line.split() for line in OPTIONS.strip().splitlines()):
        said = run(["help", command])[1]
        for option in options:
            name = re.escape(option.rstrip("="))
            pattern = rf"(?m)^ .*?{name}" + (r"(, --\S+)?[ =][A-Z0-9|a]+" if option[-1] == "=" else r"\b(?!=)")
            if not re.search(pattern, said):
                missing.append((command, option))
    assert not missing


def test_commands_of_xl_are_served_or_refused():
    """Each of the commands above says what it takes; those that there are not say why."""
    for command in set(WRONG_OPTION) | {"config-update", "help"}:
        code, said = run(["help", command])
        assert (code, "Usage: ") == (0, said[:7]), command
    for command in ("save", "restore", "migrate", "remus", "pci-attach", "usb-list", "vncviewer"):
        code, said = run([command, "web"])
        assert code == 1 and "not served" in said or command in said, said
