/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which domains there are, from xenstore: watches on their coming and going and on the nodes of
 * each one's console. A store that goes away is looked for again; open consoles go on meanwhile.
 */
#ifndef CONSOLED_STORE_H
#define CONSOLED_STORE_H

struct ctl;

/* -1 and errno when the means to wait for a store cannot be made; a store that is not there yet is
 * no failure. ctl tells which domains are dying; without it, those are that the store forgot. */
int store_open(struct ctl *ctl);
/* Looks for domains at once. */
void store_refresh(void);

#endif
