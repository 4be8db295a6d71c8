/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measuring in the bench guest: the least of several rounds, per operation, loop subtracted. The macros
 * read the clock by read_tsc() of guest/time.h.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#define BENCH_ROUNDS 5
#define BENCH_REPEAT 64

/* Prints one line "bench: name = N.n". `ticks` is of BENCH_REPEAT operations, `tenths` to subtract. */
void bench_report(const char *name, uint64_t ticks);

/* Ticks of BENCH_REPEAT turns of an empty loop; set by the first row. */
extern uint64_t bench_overhead;

/* The least time of a round; the statement may use `turn`. */
#define BENCH_TICKS(statement)                                                                  \
	({                                                                                      \
		uint64_t bench_least = ~0ull;                                                   \
                                                                                                \
		for (unsigned int bench_round = 0; bench_round < BENCH_ROUNDS; bench_round++) { \
			uint64_t bench_start = read_tsc(), bench_ticks;                         \
                                                                                                \
			for (unsigned int turn = 0; turn < BENCH_REPEAT; turn++) {              \
				statement;                                                      \
				__asm__ volatile("" : "+r"(turn)::"memory");                    \
			}                                                                       \
			bench_ticks = read_tsc() - bench_start;                                 \
			if (bench_ticks < bench_least)                                          \
				bench_least = bench_ticks;                                      \
		}                                                                               \
		bench_least;                                                                    \
	})

#define BENCH(name, statement) bench_report(name, BENCH_TICKS(statement))

/* Prints a refusal; true when an operation gave what it must, so that its row means something. */
bool bench_expect(const char *name, long result, long expected);

/* A row of one hypercall, which must give `expected`; `after` restores the state for the next turn. */
#define BENCH_CALL(name, expected, call, after)                 \
	do {                                                    \
		long bench_result = 0;                          \
                                                                \
		for (unsigned int turn = 0; turn < 1; turn++) { \
			bench_result = (call);                  \
			after;                                  \
		}                                               \
		if (bench_expect(name, bench_result, expected)) \
			BENCH(name, call; after);               \
	} while (0)

/* Two statements by turns, each reported by itself. */
#define BENCH_PAIR(first_name, first, second_name, second)                                      \
	do {                                                                                    \
		uint64_t bench_first = ~0ull, bench_second = ~0ull;                             \
                                                                                                \
		for (unsigned int bench_round = 0; bench_round < BENCH_ROUNDS; bench_round++) { \
			uint64_t bench_sums[2] = {0, 0};                                        \
                                                                                                \
			for (unsigned int turn = 0; turn < BENCH_REPEAT; turn++) {              \
				uint64_t bench_t0 = read_tsc(), bench_t1, bench_t2;             \
                                                                                                \
				first;                                                          \
				bench_t1 = read_tsc();                                          \
				second;                                                         \
				bench_t2 = read_tsc();                                          \
				bench_sums[0] += bench_t1 - bench_t0;                           \
				bench_sums[1] += bench_t2 - bench_t1;                           \
			}                                                                       \
			if (bench_sums[0] < bench_first)                                        \
				bench_first = bench_sums[0];                                    \
			if (bench_sums[1] < bench_second)                                       \
				bench_second = bench_sums[1];                                   \
		}                                                                               \
		bench_report(first_name, bench_first);                                          \
		bench_report(second_name, bench_second);                                        \
	} while (0)

extern const char bench_page_fault[];
extern const char bench_breakpoint[];
extern const char bench_event[];
extern const char bench_syscall[];
extern volatile void *bench_clear_word;
extern volatile void *bench_upcall;

/* The groups of rows; bench_traps() is the last, since it takes the trap handlers. */
void bench_two_level(void);
void bench_fifo(void);
void bench_entries(void);
void bench_trapped_write(void);
void bench_pins(void);
void bench_switches(void);
void bench_grant_maps(void);
void bench_grant_copies(void);
void bench_reservation(void);
void bench_traps(void);

/* Instead of the groups: takes all free memory and prints how many pages the domain then has. */
void bench_memory(void);

#endif
