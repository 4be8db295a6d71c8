# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += cpu_policy
unit-cpu_policy-sources = tests/unit/cpu_policy/test_cpu_policy.c arch/x86/cpu/cpu_policy.c \
	arch/x86/cpu/cpu_policy_list.c $(fake-sources)
