/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every count of every frame must be, worked out anew from the page
 * tables, pins, roots and windows that there are.
 */
#ifndef FUZZ_PV_MMU_MODEL_H
#define FUZZ_PV_MMU_MODEL_H

#include "../../unit/pv_mmu/guest.h"

/* References that the fuzzer itself holds, as a grant layer would. */
extern unsigned int model_extra[FAKE_NR_FRAMES], model_extra_types[FAKE_NR_FRAMES];

/* Ends the program with a message when a count or a rule doesn't hold. */
void model_check(void);

#endif
