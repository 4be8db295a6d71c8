/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers of the local APIC, by their offsets in xAPIC's page (x2APIC MSR: 0x800 + offset / 16). */
#ifndef ASM_APIC_H
#define ASM_APIC_H

#include "hv/types.h"

#define APIC_ID 0x020
#define APIC_VERSION 0x030
#define APIC_TASK_PRIORITY 0x080
#define APIC_EOI 0x0b0
#define APIC_LOGICAL_DESTINATION 0x0d0
#define APIC_DESTINATION_FORMAT 0x0e0
#define APIC_SPURIOUS 0x0f0
#define APIC_IN_SERVICE 0x100
#define APIC_REQUEST 0x200
#define APIC_ERROR_STATUS 0x280
#define APIC_ICR_LOW 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_PERFORMANCE 0x340
#define APIC_LVT_LINT0 0x350
#define APIC_LVT_LINT1 0x360
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_INITIAL 0x380
#define APIC_TIMER_CURRENT 0x390
#define APIC_TIMER_DIVIDE 0x3e0

uint32_t apic_read(unsigned int reg);
void apic_write(unsigned int reg, uint32_t value);

#endif
