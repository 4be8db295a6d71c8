/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLB flushes: this CPU's, shoot-downs of others by interrupt, the flush
 * clock, and which CPUs hold translations of which domain and vcpu.
 * A CPU on our own root holds none of a guest's and counts as flushed for ever.
 */
#include "asm/image.h"
#include "asm/irq.h"
#include "asm/page.h"
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/lock.h"
#include "hv/percpu.h"
#include "hv/perf.h"
#include "hv/printk.h"

#define TIME_CLEAN UINT64_MAX

uint64_t tlb_clock = 1;

/* Clock of the last flush of the whole TLB; written before the flush, so never later than it. */
static DEFINE_PER_CPU(uint64_t, tlb_time);
/* The vcpu whose page tables are loaded; NULL: ours. */
static DEFINE_PER_CPU(struct vcpu *, tlb_vcpu);

/* The one shoot-down in flight. Those whose bit is set still have to flush. */
static struct {
	struct spinlock lock;
	struct cpumask pending;
	uint32_t nr_pending;
	uint32_t flags;
	uint64_t address;
} shootdown = {.lock = SPINLOCK_INIT(LOCK_tlb_flush)};

static unsigned int mask_words(void)
{
	return (nr_cpus + 63) / 64;
}

static void mask_set(struct cpumask *mask, unsigned int cpu)
{
	__atomic_fetch_or(&mask->bits[cpu / 64], 1UL << (cpu % 64), __ATOMIC_SEQ_CST);
}

/* Was it set? */
static bool mask_clear(struct cpumask *mask, unsigned int cpu)
{
	return __atomic_fetch_and(&mask->bits[cpu / 64], ~(1UL << (cpu % 64)), __ATOMIC_SEQ_CST) >>
		       (cpu % 64) &
	       1;
}

static always_inline void local_flush_all(bool global)
{
	uint64_t cr4;

	if (likely(this_cpu(tlb_time) != TIME_CLEAN))
		this_cpu(tlb_time) = __atomic_add_fetch(&tlb_clock, 1, __ATOMIC_SEQ_CST);
	if (likely(!global)) {
		write_cr3(read_cr3());
		return;
	}
	cr4 = read_cr4();
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
	if (!(cr4 & CR4_PGE))
		write_cr3(read_cr3());
}

/* An interrupt in between may flush as well: then the time is that of the earlier one, which is never wrong. */
void tlb_flush_local(unsigned int flags, uint64_t address)
{
	if (flags & (FLUSH_TLB | FLUSH_TLB_GLOBAL))
		local_flush_all(flags & FLUSH_TLB_GLOBAL);
	else if (flags & FLUSH_ONE)
		tlb_invalidate_page(address);
	if (unlikely(flags & FLUSH_CACHE))
		cache_write_back_invalidate();
}

/* Serves a shoot-down that waits for this CPU. Interrupts off, so that none is served twice. */
static void shootdown_serve(void)
{
	unsigned int cpu = cpu_this();

	if (!(__atomic_load_n(&shootdown.pending.bits[cpu / 64], __ATOMIC_ACQUIRE) >> (cpu % 64) &
	      1))
		return;
	tlb_flush_local(shootdown.flags, shootdown.address);
	if (mask_clear(&shootdown.pending, cpu))
		__atomic_sub_fetch(&shootdown.nr_pending, 1, __ATOMIC_RELEASE);
}

void tlb_handle_interrupt(void)
{
	shootdown_serve();
}

void tlb_relax(void)
{
	if (!interrupts_are_on())
		shootdown_serve();
	cpu_relax();
}

/* With the lock. CPUs may go off meanwhile, but wait for the lock: so who is online is read once. */
static void shootdown_send(const struct cpumask *mask)
{
	unsigned int self = cpu_this(), nr = 0;
	struct cpumask targets;

	PERF_INC(shootdowns);
	for (unsigned int w = 0; w < mask_words(); w++) {
		uint64_t bits = READ_ONCE(mask->bits[w]) & READ_ONCE(cpus_online.bits[w]);

		if (w == self / 64)
			bits &= ~(1UL << (self % 64));
		targets.bits[w] = bits;
		nr += (unsigned int)bitmap_word_weight(bits);
	}
	__atomic_store_n(&shootdown.nr_pending, nr, __ATOMIC_RELAXED);
	for (unsigned int w = 0; w < mask_words(); w++) {
		uint64_t bits = targets.bits[w];

		__atomic_store_n(&shootdown.pending.bits[w], bits, __ATOMIC_RELEASE);
		for (; bits; bits &= bits - 1)
			apic_send(w * 64 + (unsigned int)__builtin_ctzll(bits), VECTOR_TLB_FLUSH);
	}
}

static bool mask_has_others(const struct cpumask *mask)
{
	unsigned int self = cpu_this();

	for (unsigned int w = 0; w < mask_words(); w++) {
		uint64_t bits = READ_ONCE(mask->bits[w]) & cpus_online.bits[w];

		if (w == self / 64)
			bits &= ~(1UL << (self % 64));
		if (bits)
			return true;
	}
	return false;
}

static never_inline void flush_others(const struct cpumask *mask, unsigned int flags,
				      uint64_t address)
{
	while (!spin_trylock(&shootdown.lock))
		tlb_relax();
	shootdown.flags = flags;
	shootdown.address = address;
	shootdown_send(mask);
	while (__atomic_load_n(&shootdown.nr_pending, __ATOMIC_ACQUIRE))
		tlb_relax();
	spin_unlock(&shootdown.lock);
}

/* Whoever began a shoot-down before saw this CPU, and waits for it; whoever begins one later does not. */
void tlb_leave_cpu(void)
{
	ASSERT(!interrupts_are_on() && !this_cpu(tlb_vcpu));
	mask_clear(&cpus_online, cpu_this());
	while (!spin_trylock(&shootdown.lock))
		tlb_relax();
	spin_unlock(&shootdown.lock);
}

void tlb_join_cpu(void)
{
	mask_set(&cpus_online, cpu_this());
	/* What was flushed while this CPU was on its way here. */
	tlb_flush_local(FLUSH_TLB_GLOBAL, 0);
}

void tlb_flush_mask(const struct cpumask *mask, unsigned int flags, uint64_t address)
{
	unsigned int self = cpu_this();

	if (READ_ONCE(mask->bits[self / 64]) >> (self % 64) & 1)
		tlb_flush_local(flags, address);
	if (unlikely(mask_has_others(mask)))
		flush_others(mask, flags, address);
}

void tlb_flush_all(unsigned int flags)
{
	tlb_flush_mask(&cpus_online, flags, 0);
}

void tlb_flush_domain(const struct domain *d, unsigned int flags, uint64_t address)
{
	tlb_flush_mask(&d->arch.dirty_cpus, flags, address);
}

/* The latest clock with those low bits: never earlier than the one that the stamp was taken from. */
static uint64_t stamp_to_clock(uint32_t stamp, uint32_t stamp_mask)
{
	uint64_t now = tlb_clock_read(), clock = (now & ~(uint64_t)stamp_mask) | stamp;

	return clock > now ? clock - stamp_mask - 1 : clock;
}

static bool cpu_is_stale(unsigned int cpu, uint64_t clock)
{
	/* A clock not yet wrapped gives a stamp of before the start a huge number: stale as well. */
	return __atomic_load_n(&per_cpu(tlb_time, cpu), __ATOMIC_ACQUIRE) <= clock;
}

void tlb_flush_stale(const struct domain *d, uint32_t stamp, uint32_t stamp_mask)
{
	const struct cpumask *from = d ? &d->arch.dirty_cpus : &cpus_online;
	uint64_t clock = stamp_to_clock(stamp, stamp_mask);
	unsigned int self = cpu_this();
	struct cpumask stale;
	bool others = false;

	for (unsigned int w = 0; w < mask_words(); w++) {
		uint64_t bits = READ_ONCE(from->bits[w]) & cpus_online.bits[w];

		stale.bits[w] = 0;
		for (; bits; bits &= bits - 1) {
			unsigned int cpu = w * 64 + (unsigned int)__builtin_ctzll(bits);

			if (!cpu_is_stale(cpu, clock))
				continue;
			if (cpu == self)
				tlb_flush_local(FLUSH_TLB, 0);
			else
				stale.bits[w] |= 1UL << (cpu % 64);
		}
		others |= stale.bits[w] != 0;
	}
	if (others)
		flush_others(&stale, FLUSH_TLB, 0);
}

static void vcpu_enter(struct vcpu *v, unsigned int cpu)
{
	mask_set(&v->domain->arch.dirty_cpus, cpu);
	__atomic_store_n(&v->arch.pv.tlb_cpu, cpu + 1, __ATOMIC_SEQ_CST);
}

static void vcpu_leave(struct vcpu *v, struct vcpu *next, unsigned int cpu)
{
	if (!next || next->domain != v->domain)
		mask_clear(&v->domain->arch.dirty_cpus, cpu);
	if (READ_ONCE(v->arch.pv.tlb_cpu) == cpu + 1)
		__atomic_store_n(&v->arch.pv.tlb_cpu, 0, __ATOMIC_RELEASE);
}

void tlb_switch_root(struct vcpu *v, uint64_t cr3)
{
	struct vcpu *old = this_cpu(tlb_vcpu), *new = cr3 ? v : NULL;
	unsigned int cpu = cpu_this();

	ASSERT(!interrupts_are_on());
	PERF_INC(root_switches);
	if (new) {
		if (new != old)
			vcpu_enter(new, cpu);
		this_cpu(tlb_time) = tlb_clock_read();
		write_cr3(cr3);
	} else {
		write_cr3(image_to_paddr(hv_root_table).a);
		/* Only once nothing of a guest is left. */
		__atomic_store_n(&this_cpu(tlb_time), TIME_CLEAN, __ATOMIC_RELEASE);
	}
	this_cpu(tlb_vcpu) = new;
	cpu_block_this()->root_physical = cr3;
	if (old && old != new)
		vcpu_leave(old, new, cpu);
}

void tlb_toggle_root(uint64_t cr3)
{
	this_cpu(tlb_time) = tlb_clock_read();
	write_cr3(cr3);
	cpu_block_this()->root_physical = cr3;
}
