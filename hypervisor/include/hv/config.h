/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forced include of every source, assembly and linker scripts too: limits that the
 * configuration did not set. With make, the generated autoconf.h comes before it; by hand it stands
 * alone. Owns nothing else: no types, no functions.
 */
#ifndef HV_CONFIG_H
#define HV_CONFIG_H

#ifndef CONFIG_NR_CPUS
#define CONFIG_NR_CPUS 512
#endif

#if !defined(__ASSEMBLER__) && !defined(TRESTLE_HOST)
/* Position-independent code without a global offset table: nothing here is ever interposed. */
#pragma GCC visibility push(hidden)
#endif

#endif
