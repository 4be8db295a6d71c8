# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += params
unit-params-sources = tests/unit/params/test_params.c hypervisor/core/params.c $(fake-sources)
