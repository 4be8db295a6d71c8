# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += emulate
unit-emulate-sources = tests/unit/emulate/test_store.c tests/unit/emulate/native.c arch/x86/emulate/store.c \
	arch/x86/emulate/store_execute.c $(fake-sources)
