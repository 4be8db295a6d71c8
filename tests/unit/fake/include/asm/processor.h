/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real instructions where a process may run them; the privileged ones go to the fake machine. */
#ifndef FAKE_ASM_PROCESSOR_H
#define FAKE_ASM_PROCESSOR_H

#include_next "asm/processor.h"
#include "hv/types.h"

void fake_interrupts_set(bool on);
bool fake_interrupts_are_on(void);
uint64_t fake_interrupts_save_off(void);
uint64_t fake_read_tsc(void);
uint64_t fake_read_msr(uint32_t msr);
void fake_write_msr(uint32_t msr, uint64_t value);
uint32_t fake_port_read(uint16_t port, unsigned int bytes);
void fake_port_write(uint16_t port, uint32_t value, unsigned int bytes);
uint64_t fake_read_cr(unsigned int number);
void fake_write_cr(unsigned int number, uint64_t value);

/* No fault comes from the arena, and a host program has no table for it. */
#undef EXCEPTION_FIXUP_TEXT
#define EXCEPTION_FIXUP_TEXT(from, to) ""
#define tlb_invalidate_page(address) ((void)(address))
#define cache_write_back_invalidate() ((void)0)
/* Threads that wait for one another share few processors here: give way. */
void fake_cpu_relax(void);
#define cpu_relax() fake_cpu_relax()
#define interrupts_on() fake_interrupts_set(true)
#define interrupts_off() fake_interrupts_set(false)
#define interrupts_are_on() fake_interrupts_are_on()
#define interrupts_save_off() fake_interrupts_save_off()
#define interrupts_restore(flags) \
	fake_interrupts_set(((flags)&0x200) != 0 || fake_interrupts_are_on())
#define read_tsc() fake_read_tsc()
#define read_msr(msr) fake_read_msr(msr)
#define write_msr(msr, value) fake_write_msr(msr, value)
#define port_read8(port) ((uint8_t)fake_port_read(port, 1))
#define port_read16(port) ((uint16_t)fake_port_read(port, 2))
#define port_read32(port) fake_port_read(port, 4)
#define port_write8(port, value) fake_port_write(port, value, 1)
#define port_write16(port, value) fake_port_write(port, value, 2)
#define port_write32(port, value) fake_port_write(port, value, 4)
#define read_cr0() fake_read_cr(0)
#define read_cr2() fake_read_cr(2)
#define read_cr3() fake_read_cr(3)
#define read_cr4() fake_read_cr(4)
#define write_cr0(value) fake_write_cr(0, value)
#define write_cr2(value) fake_write_cr(2, value)
#define write_cr3(value) fake_write_cr(3, value)
#define write_cr4(value) fake_write_cr(4, value)

#endif
