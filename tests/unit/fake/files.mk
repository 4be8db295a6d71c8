# SPDX-License-Identifier: GPL-2.0-or-later
# Not a unit: what units add to their sources. Use `=` there, this file may be read after theirs.
fake-sources := tests/unit/fake/machine.c tests/unit/fake/memory.c tests/unit/fake/domain.c \
	tests/unit/fake/time.c tests/unit/fake/console.c \
	 hypervisor/lib/format.c hypervisor/lib/string.c
