# SPDX-License-Identifier: GPL-2.0-or-later
"""The first lines of each source (lists apart) name its licence: MIT below include/abi, else
GPL-2.0-or-later."""

NAME = "licence"
_ABI = "hypervisor/include/abi/"


def check(repo):
    """One tag in the first three lines."""
    for name in repo.files(".c", ".h", ".S", ".def", ".mk", ".py", ".lds"):
        if name.endswith("files.mk"):
            continue
        wanted = "MIT" if name.startswith(_ABI) else "GPL-2.0-or-later"
        head = repo.text(name).split("\n")[:3]
        if not any(f"SPDX-License-Identifier: {wanted}" in line for line in head):
            yield name, 1, f"lacks 'SPDX-License-Identifier: {wanted}' in its first lines"
