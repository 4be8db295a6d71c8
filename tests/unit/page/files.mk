# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += page
unit-page-sources = tests/unit/page/test_page.c tests/unit/page/test_threads.c hypervisor/mm/page.c $(fake-sources)
