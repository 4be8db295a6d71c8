/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System time. Every CPU reads its own record; a CPU's records lie in two slots, so that a reader,
 * an NMI too, never waits for the writer. As long as the TSCs agree, all CPUs have the record of one
 * master clock, which the boot CPU bends to the platform timer every second; when they don't, each
 * CPU bends a clock of its own.
 */
#include "asm/time.h"
#include "asm/cpu_features.h"
#include "asm/irq.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/lock.h"
#include "hv/params.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"
#include "hv/time.h"
#include "hv/time_scale.h"
#include "hv/timer.h"

#define PERIOD_NS NS_PER_SECOND
#define EARLY_PERIOD_NS (NS_PER_SECOND / 5)
#define EARLY_ROUNDS 5
#define BOOT_MEASURE_MS 50
#define SAMPLE_READS 8
/* What the reference's own granularity adds to a sample's uncertainty. */
#define UNCERTAINTY_MIN_NS 300
#define WARP_READS 200
#define WARP_ROUNDS 10
#define PORT_DELAY 0x80

struct cpu_time {
	struct time_record records[2]; /* [sequence & 1] is valid */
	uint32_t sequence;
	uint32_t generation; /* time_generation of the record */
	/* ns to TSC counts: the record's rate the other way. */
	uint32_t inverse_multiplier;
	int8_t inverse_shift;
	bool has_clock;
	struct time_clock clock; /* when the TSCs differ */
};

/* A reading of the platform timer and the TSC at the same moment. */
struct sample {
	uint64_t tsc, reference_ns, uncertainty_ns;
};

/* The platform timer as 64-bit ns; under the time_platform lock. */
struct reference {
	const struct platform_timer *timer;
	uint64_t last_count;
	uint64_t total_counts;
	uint64_t last_tsc;
};

uint32_t time_generation = 1;
static DEFINE_PER_CPU(struct cpu_time, cpu_time);
static struct reference reference;
static struct time_clock master; /* under the time_platform lock, as is reference */
static struct spinlock platform_lock = SPINLOCK_INIT(LOCK_time_platform);
static struct timer round_timer;
static unsigned int nr_rounds;
static uint64_t tsc_hz;
static bool tsc_is_shared;
static uint64_t highest_tsc; /* that any CPU saw while looking for differences */
static unsigned int warp_rounds_left;

/* UTC at system time 0, in two slots too: time stamps of messages are read in any context. */
static struct {
	uint64_t seconds;
	uint32_t ns;
} wallclock[2];
static uint32_t wallclock_sequence;

static char clocksource_option[8];
STRING_PARAMETER("clocksource", clocksource_option, "platform timer: hpet, acpi or pit");
static char tsc_option[16];
STRING_PARAMETER("tsc", tsc_option, "unstable or skewed: each CPU keeps its own time");

static uint64_t read_record(const struct cpu_time *time, struct time_record *record)
{
	uint32_t sequence;
	uint64_t tsc;

	do {
		sequence = READ_ONCE(time->sequence);
		compiler_barrier();
		*record = time->records[sequence & 1];
		tsc = read_tsc_ordered();
		compiler_barrier();
	} while (sequence != READ_ONCE(time->sequence));
	return tsc;
}

uint64_t time_now_ns(void)
{
	struct time_record record;
	uint64_t tsc = read_record(&this_cpu(cpu_time), &record);

	return time_scale_ns(&record, tsc);
}

const struct time_record *time_record_this_cpu(void)
{
	const struct cpu_time *time = &this_cpu(cpu_time);

	return &time->records[time->sequence & 1];
}

uint64_t time_from_tsc_ns(uint64_t tsc)
{
	struct time_record record;

	read_record(&this_cpu(cpu_time), &record);
	return time_scale_ns(&record, tsc);
}

uint64_t time_to_tsc(uint64_t ns)
{
	const struct cpu_time *time = &this_cpu(cpu_time);
	const struct time_record *record = &time->records[time->sequence & 1];
	uint64_t counts;

	if (ns <= record->ns_base)
		return record->tsc_base;
	counts = time_scale_apply(ns - record->ns_base, time->inverse_multiplier,
				  time->inverse_shift);
	return counts >> 63 ? UINT64_MAX : record->tsc_base + counts + 1;
}

uint64_t time_tsc_khz(void)
{
	return tsc_hz / 1000;
}

bool time_tsc_is_shared(void)
{
	return tsc_is_shared;
}

void time_delay_us(uint64_t us)
{
	uint64_t start = read_tsc_ordered(), ticks = tsc_hz / 1000000 * us;

	if (tsc_hz) {
		while (read_tsc_ordered() - start < ticks)
			cpu_relax();
		return;
	}
	/* A write to this port takes about 1 us on every machine since the first. */
	while (us--)
		port_write8(PORT_DELAY, 0);
}

/* A generation is never 0, which vcpus have that saw none. */
static uint32_t generation_advance(void)
{
	uint32_t generation = __atomic_add_fetch(&time_generation, 1, __ATOMIC_ACQ_REL);

	return generation ? generation : __atomic_add_fetch(&time_generation, 1, __ATOMIC_ACQ_REL);
}

/* Gives this CPU another record without letting its time go back. Interrupts off. */
static void record_install(struct time_record record, uint32_t generation)
{
	struct cpu_time *time = &this_cpu(cpu_time);
	const struct time_record *old = &time->records[time->sequence & 1];
	uint64_t tsc = read_tsc_ordered();
	uint64_t before = time_scale_ns(old, tsc), after = time_scale_ns(&record, tsc);

	if (after < before)
		record.ns_base += before - after;
	time_scale_from_ratio(1ULL << 32, record.multiplier, &time->inverse_multiplier,
			      &time->inverse_shift);
	time->inverse_shift = (int8_t)(time->inverse_shift - record.shift);
	time->records[(time->sequence + 1) & 1] = record;
	compiler_barrier();
	WRITE_ONCE(time->sequence, time->sequence + 1);
	time->generation = generation;
}

/* The counts since the last reading, in spite of any number of wraps in between. Lock held. */
static void reference_advance(uint64_t tsc)
{
	uint64_t count = reference.timer->read();
	uint64_t expected = tsc_hz == 0 ? 0
					: time_muldiv(tsc - reference.last_tsc, reference.timer->hz,
						      tsc_hz);

	reference.total_counts += time_scale_unwrap(reference.last_count, count,
						    reference.timer->wrap, expected);
	reference.last_count = count;
	reference.last_tsc = tsc;
}

/* The tightest of several pairs: whatever stole the CPU in between widens the others. Lock held. */
static void sample_take(struct sample *best)
{
	uint64_t best_width = UINT64_MAX, best_counts = 0;

	for (unsigned int i = 0; i < SAMPLE_READS; i++) {
		uint64_t before = read_tsc_ordered(), width;

		reference_advance(before);
		width = read_tsc_ordered() - before;
		if (width >= best_width)
			continue;
		best_width = width;
		best_counts = reference.total_counts;
		best->tsc = before + width / 2;
	}
	best->reference_ns = time_muldiv(best_counts, NS_PER_SECOND, reference.timer->hz);
	best->uncertainty_ns = UNCERTAINTY_MIN_NS +
			       (tsc_hz ? time_muldiv(best_width, NS_PER_SECOND, tsc_hz) / 2 : 0);
}

/* The TSC's rate over BOOT_MEASURE_MS of the platform timer; the sample taken last is at *end. */
static uint64_t tsc_measure(struct sample *end)
{
	uint64_t counts = reference.timer->hz * BOOT_MEASURE_MS / 1000, tsc;
	struct sample start;

	sample_take(&start);
	while (reference.total_counts < counts)
		reference_advance(read_tsc_ordered());
	sample_take(end);
	tsc = end->tsc - start.tsc;
	return time_muldiv(tsc, NS_PER_SECOND, end->reference_ns - start.reference_ns);
}

/* The master's record, if this CPU doesn't have it yet. Interrupts off. */
static void record_follow_master(void)
{
	struct time_record record;
	uint32_t generation;

	if (this_cpu(cpu_time).generation == READ_ONCE(time_generation))
		return;
	spin_lock(&platform_lock);
	record = master.record;
	generation = time_generation;
	spin_unlock(&platform_lock);
	record_install(record, generation);
}

/* Bends this CPU's own clock. Interrupts off. */
static void record_follow_platform(void)
{
	struct cpu_time *time = &this_cpu(cpu_time);
	struct sample sample;

	spin_lock(&platform_lock);
	sample_take(&sample);
	spin_unlock(&platform_lock);
	if (!time->has_clock) {
		time_clock_start(&time->clock, tsc_hz, sample.tsc,
				 MAX(sample.reference_ns, time_from_tsc_ns(sample.tsc)));
		time->has_clock = true;
		record_install(time->clock.record, generation_advance());
	} else if (time_clock_steer(&time->clock, sample.tsc, sample.reference_ns,
				    sample.uncertainty_ns)) {
		record_install(time->clock.record, generation_advance());
	}
}

void time_sync_this_cpu(void)
{
	uint64_t flags = interrupts_save_off();

	if (tsc_is_shared)
		record_follow_master();
	interrupts_restore(flags);
}

static void tsc_is_not_shared(const char *reason)
{
	if (!tsc_is_shared)
		return;
	tsc_is_shared = false;
	printk(LOG_WARNING, "Time: %s: each CPU keeps its own", reason);
}

/* While all CPUs are here at once: does any read less than another has read before? */
static void warp_look(void)
{
	uint64_t worst = 0;

	for (unsigned int i = 0; i < WARP_READS; i++) {
		uint64_t seen = __atomic_load_n(&highest_tsc, __ATOMIC_ACQUIRE);
		uint64_t tsc = read_tsc_ordered();

		if (tsc < seen)
			worst = MAX(worst, seen - tsc);
		while (tsc > seen &&
		       !__atomic_compare_exchange_n(&highest_tsc, &seen, tsc, false,
						    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			;
	}
	if (worst) {
		printk(LOG_WARNING, "CPU%u: TSC is %lu behind another CPU's", cpu_this(), worst);
		tsc_is_not_shared("the TSCs differ");
	}
}

/* On every CPU, after each round. */
static void softirq_calibrate(void)
{
	uint64_t flags;

	if (tsc_is_shared && READ_ONCE(warp_rounds_left))
		warp_look();
	flags = interrupts_save_off();
	if (tsc_is_shared)
		record_follow_master();
	else
		record_follow_platform();
	interrupts_restore(flags);
}

static void master_steer(void)
{
	struct sample sample;
	uint64_t flags = spin_lock_irqsave(&platform_lock);

	sample_take(&sample);
	if (time_clock_steer(&master, sample.tsc, sample.reference_ns, sample.uncertainty_ns))
		generation_advance();
	spin_unlock_irqrestore(&platform_lock, flags);
}

/* Timer of the boot CPU. */
static void round_run(void *data)
{
	unsigned int cpu;

	if (tsc_is_shared)
		master_steer();
	if (warp_rounds_left)
		warp_rounds_left--;
	for_each_online_cpu(cpu) softirq_raise_cpu(cpu, SOFTIRQ_TIME_CALIBRATE);
	nr_rounds++;
	timer_set(&round_timer,
		  time_now_ns() + (nr_rounds < EARLY_ROUNDS ? EARLY_PERIOD_NS : PERIOD_NS));
}

static void time_print(char key)
{
	struct time_clock clock;
	struct sample sample;
	uint64_t flags = spin_lock_irqsave(&platform_lock);

	sample_take(&sample);
	clock = master;
	spin_unlock_irqrestore(&platform_lock, flags);
	printk_raw("time %lu ns, %ld ns off %s (known to %lu ns), round %u, generation %u\n",
		   sample.reference_ns,
		   (int64_t)(time_from_tsc_ns(sample.tsc) - sample.reference_ns),
		   reference.timer->name, sample.uncertainty_ns, nr_rounds, time_generation);
	printk_raw("TSC %lu Hz at start, now %lu Hz, %s\n", tsc_hz,
		   time_muldiv(NS_PER_SECOND, NS_PER_SECOND,
			       time_scale_apply(NS_PER_SECOND, clock.nominal_multiplier,
						clock.nominal_shift)),
		   tsc_is_shared ? "one for all CPUs" : "each CPU has its own time");
}

static bool tsc_may_be_shared(void)
{
	if (strcmp(tsc_option, "unstable") == 0 || strcmp(tsc_option, "skewed") == 0)
		return false;
	/* A machine that is itself a guest has its clocks kept by its host, whose word CPUID often hides. */
	return cpu_has(FEATURE_INVARIANT_TSC) || cpu_has(FEATURE_HYPERVISOR);
}

static void wallclock_init(void)
{
	uint64_t seconds, now = time_now_ns();
	int rc = rtc_read_seconds(&seconds);

	if (rc) {
		printk(LOG_WARNING, "The CMOS clock can't be read (error %d): the year is 1970",
		       rc);
		return;
	}
	time_set_wallclock(seconds, 0, now);
}

void time_init_boot(void)
{
	struct sample sample;

	reference.timer = platform_timer_choose(clocksource_option);
	reference.last_count = reference.timer->read();
	tsc_hz = tsc_measure(&sample);
	if (tsc_hz == 0)
		panic("the TSC stands still");
	time_clock_start(&master, tsc_hz, sample.tsc, sample.reference_ns);
	tsc_is_shared = tsc_may_be_shared();
	warp_rounds_left = WARP_ROUNDS;
	record_install(master.record, time_generation);
	printk(LOG_INFO, "Time: TSC %lu.%03lu MHz, platform timer %s %lu.%06lu MHz%s",
	       tsc_hz / 1000000, tsc_hz / 1000 % 1000, reference.timer->name,
	       reference.timer->hz / 1000000, reference.timer->hz % 1000000,
	       tsc_is_shared ? "" : ", CPUs keep their own");
	wallclock_init();
	deadline_init_boot();
	deadline_init_cpu();
	softirq_register(SOFTIRQ_TIME_CALIBRATE, softirq_calibrate);
	key_register('t', time_print, "time: rate and deviation from the platform timer");
	timer_init(&round_timer, round_run, NULL, cpu_this());
	timer_set(&round_timer, time_now_ns() + EARLY_PERIOD_NS);
}

void time_init_cpu(void)
{
	uint64_t flags = interrupts_save_off();

	warp_rounds_left = WARP_ROUNDS;
	/* The record of before it was off has run away from the others', and nobody's time has to go on from it. */
	memset(&this_cpu(cpu_time), 0, sizeof(struct cpu_time));
	if (tsc_is_shared)
		record_follow_master();
	else
		record_follow_platform();
	deadline_init_cpu();
	interrupts_restore(flags);
}

void time_wallclock_base(uint64_t *seconds, uint32_t *ns)
{
	uint32_t sequence;

	do {
		sequence = __atomic_load_n(&wallclock_sequence, __ATOMIC_ACQUIRE);
		*seconds = READ_ONCE(wallclock[sequence & 1].seconds);
		*ns = READ_ONCE(wallclock[sequence & 1].ns);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (sequence != READ_ONCE(wallclock_sequence));
}

void time_set_wallclock(uint64_t seconds, uint32_t ns, uint64_t system_time_ns)
{
	uint64_t whole = system_time_ns / NS_PER_SECOND, rest = system_time_ns % NS_PER_SECOND;
	uint64_t flags = spin_lock_irqsave(&platform_lock);
	uint32_t next = wallclock_sequence + 1;

	/* ns may be a second or more. */
	seconds += ns / NS_PER_SECOND;
	ns %= NS_PER_SECOND;
	if (ns < rest) {
		ns += NS_PER_SECOND;
		whole++;
	}
	WRITE_ONCE(wallclock[next & 1].seconds, seconds - whole);
	WRITE_ONCE(wallclock[next & 1].ns, (uint32_t)(ns - rest));
	__atomic_store_n(&wallclock_sequence, next, __ATOMIC_RELEASE);
	spin_unlock_irqrestore(&platform_lock, flags);
}
