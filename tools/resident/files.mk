# SPDX-License-Identifier: GPL-2.0-or-later
# What chooses among the resident programs, which are one file (scripts/make/tools.mk).
resident-sources := tools/resident/main.c
resident-lds := tools/resident/seldom.lds
