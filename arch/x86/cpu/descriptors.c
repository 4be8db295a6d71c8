/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each CPU's own GDT page, TSS and stack block. */
#include "asm/descriptors.h"
#include "asm/image.h"
#include "hv/cpu.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/percpu.h"

#define DESCRIPTOR_HV_CODE 0x00af9b000000ffffUL
#define DESCRIPTOR_HV_DATA 0x00cf93000000ffffUL
#define DESCRIPTOR_GUEST_CODE32 0x00cffb000000ffffUL
#define DESCRIPTOR_GUEST_DATA 0x00cff3000000ffffUL
#define DESCRIPTOR_GUEST_CODE64 0x00affb000000ffffUL
#define SYSTEM_LDT 0x82
#define SYSTEM_TSS 0x89

static uint64_t boot_gdt_page[PT_ENTRIES] aligned_to(4096);
static uint64_t *gdt_pages[NR_CPUS]; /* in the direct map */
static DEFINE_PER_CPU(struct tss, cpu_tss);

mfn_t gdt_page_of_cpu(unsigned int cpu)
{
	return virt_to_mfn(gdt_pages[cpu]);
}

uint64_t stack_block_of(unsigned int cpu)
{
	return CPU_STACKS_START + cpu * CPU_STACKS_STRIDE;
}

struct cpu_block *cpu_block_of(unsigned int cpu)
{
	return (struct cpu_block *)(stack_block_of(cpu) + STACK_BYTES) - 1;
}

static void descriptor_set(uint64_t *gdt, unsigned int selector, uint64_t value)
{
	gdt[GDT_OWN_OFFSET(selector) / 8] = value;
}

/* LDT and TSS descriptors take two entries. */
static void descriptor_set_system(uint64_t *gdt, unsigned int selector, uint64_t base,
				  uint32_t limit, uint64_t type)
{
	descriptor_set(gdt, selector + 8, base >> 32);
	descriptor_set(gdt, selector,
		       (limit & 0xffff) | (base & 0xffffff) << 16 | type << 40 |
			       (uint64_t)(limit & 0xf0000) << 32 | (base & 0xff000000) << 32);
}

static void tss_fill(unsigned int cpu)
{
	struct tss *tss = &per_cpu(cpu_tss, cpu);
	uint64_t block = stack_block_of(cpu);

	tss->rsp[0] = (uint64_t)(&cpu_block_of(cpu)->guest_registers + 1);
	tss->ist[IST_MC - 1] = block + (STACK_PAGE_MC + 1) * PAGE_SIZE;
	tss->ist[IST_NMI - 1] = block + (STACK_PAGE_NMI + 1) * PAGE_SIZE;
	tss->ist[IST_DF - 1] = block + (STACK_PAGE_DF + 1) * PAGE_SIZE;
	tss->ist[IST_DB - 1] = block + STACK_PAGE_NMI * PAGE_SIZE + IST_DB_BYTES;
	tss->io_bitmap = TSS_LIMIT + 1;
}

int descriptors_init_cpu(unsigned int cpu)
{
	uint64_t *gdt = gdt_pages[cpu];

	if (!gdt)
		gdt = cpu ? heap_alloc(0, HEAP_FLAG_DEFAULT)
			  : paddr_to_virt(image_to_paddr(boot_gdt_page));
	if (!gdt)
		return -ENOMEM;
	tss_fill(cpu);
	descriptor_set(gdt, SELECTOR_HV_CS, DESCRIPTOR_HV_CODE);
	descriptor_set(gdt, SELECTOR_HV_DS, DESCRIPTOR_HV_DATA);
	descriptor_set(gdt, SELECTOR_GUEST_CS32, DESCRIPTOR_GUEST_CODE32);
	descriptor_set(gdt, SELECTOR_GUEST_DS, DESCRIPTOR_GUEST_DATA);
	descriptor_set(gdt, SELECTOR_GUEST_CS64, DESCRIPTOR_GUEST_CODE64);
	descriptor_set_system(gdt, SELECTOR_TSS, (uint64_t)&per_cpu(cpu_tss, cpu), TSS_LIMIT,
			      SYSTEM_TSS);
	gdt_pages[cpu] = gdt;
	return 0;
}

void gdt_load_idle(void)
{
	struct descriptor_pointer pointer = {GDT_LIMIT, (uint64_t)gdt_pages[cpu_this()] -
								GDT_GUEST_PAGES * PAGE_SIZE};

	__asm__ volatile("lgdt %0" : : "m"(pointer));
}

void ldt_load(uint64_t base, uint32_t nr_entries)
{
	uint16_t selector = nr_entries ? SELECTOR_LDT : 0;

	if (nr_entries)
		descriptor_set_system(gdt_pages[cpu_this()], SELECTOR_LDT, base, nr_entries * 8 - 1,
				      SYSTEM_LDT);
	__asm__ volatile("lldt %0" : : "r"(selector) : "memory");
}

void descriptor_tables_load_cpu(unsigned int cpu)
{
	gdt_load_idle();
	/* A far return is the way to reload CS in 64-bit mode. */
	__asm__ volatile("push %0\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "push %%rax\n\t"
			 "lretq\n"
			 "1:\n\t"
			 "mov %1, %%ss\n\t"
			 "mov %2, %%ds\n\t"
			 "mov %2, %%es\n\t"
			 "mov %2, %%fs\n\t"
			 "mov %2, %%gs\n\t"
			 "lldt %w2\n\t"
			 "ltr %w3"
			 :
			 : "r"((uint64_t)SELECTOR_HV_CS), "r"(SELECTOR_HV_DS), "r"(0),
			   "r"(SELECTOR_TSS)
			 : "rax", "memory");
}
