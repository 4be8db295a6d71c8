# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += arch/x86/emulate/store.c
sources-y += arch/x86/emulate/store_execute.c
