# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += arch/x86/cpu/backtrace.c
sources-y += arch/x86/cpu/descriptors.c
sources-y += arch/x86/cpu/features.c
sources-y += arch/x86/cpu/cpu_policy.c
sources-y += arch/x86/cpu/safe.c
sources-y += arch/x86/cpu/idle.c
sources-y += arch/x86/cpu/xstate.c
