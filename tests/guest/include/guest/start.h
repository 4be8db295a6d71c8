/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hypervisor gave at the start: start_info, shared_info (mapped), selectors. */
#ifndef GUEST_START_H
#define GUEST_START_H

#include "abi/xen.h"
#include "guest/types.h"

extern const struct xen_start_info *start_info;
extern struct xen_shared_info *shared_info;

/* Flat 64-bit selectors with requested level 0 (kernel) as frames carry them. */
extern uint16_t kernel_cs;

/* Of the image, by its linker script, and its first instruction. */
extern char image_end[];
extern const char guest_start[];

void start_main(const struct xen_start_info *info);

#endif
