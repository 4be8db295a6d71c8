/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The FIFO event queue of vcpu 0. */
#ifndef GUEST_FIFO_H
#define GUEST_FIFO_H

#include "guest/types.h"

/* Switches the domain to the FIFO queue with one array page; ends the test on a refusal. */
void fifo_init(void);

/* Adds an array page. */
void fifo_expand(void);

uint32_t fifo_word(uint32_t port);
uint32_t fifo_ready(void);
uint32_t *fifo_ready_word(void);
void fifo_set_word(uint32_t port, uint32_t value);
void fifo_clear(uint32_t port);
void fifo_mask(uint32_t port);

/* Deliveries to the callback so far. */
uint32_t fifo_count(uint32_t port);

/* Takes the next event of the most urgent queue by hand: a pending port, or 0. */
uint32_t fifo_take(void);

#endif
