/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seconds of hypercalls with random numbers, operations and arguments on one vcpu; the other vcpu
 * sees to it that time goes on, and the end of the test shows that the hypervisor still answers.
 */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define INTERESTING 12
#define SEED_DEFAULT 20240229

static uint64_t random_state, interesting[INTERESTING];
static uint64_t calls, finished;
static uint64_t under_way[6]; /* the call under way: number and arguments */
static uint8_t *scratch;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t random_argument(void)
{
	uint64_t value = random_next();

	switch (value & 7) {
	case 0:
		return value >> 32;
	case 1:
	case 2:
		return value >> 60;
	case 3:
	case 4:
		return (uint64_t)scratch + (value >> 16 & 0xff8);
	default:
		return interesting[(value >> 8 & 0xff) % INTERESTING];
	}
}

/* What would end the run by design: shutting down, sleeping, losing the stack or the upcall flags. */
static bool is_fatal(uint64_t number, uint64_t a1)
{
	switch (number) {
	case __HYPERVISOR_iret:
	case __HYPERVISOR_stack_switch:
	case __HYPERVISOR_set_trap_table:
	case __HYPERVISOR_set_callbacks:
	case __HYPERVISOR_callback_op:
	case __HYPERVISOR_platform_op:
	case __HYPERVISOR_kexec_op:
	case __HYPERVISOR_console_io:
	case __HYPERVISOR_multicall:
	case __HYPERVISOR_domctl:
	case __HYPERVISOR_sysctl:
		return true;
	case __HYPERVISOR_sched_op:
		return (uint32_t)a1 != SCHEDOP_yield;
	case __HYPERVISOR_sched_op_compat:
		return true;
	case __HYPERVISOR_vcpu_op:
		return (uint32_t)a1 == VCPUOP_down || (uint32_t)a1 == VCPUOP_initialise ||
		       (uint32_t)a1 == VCPUOP_send_nmi || (uint32_t)a1 == VCPUOP_register_vcpu_info;
	default:
		return false;
	}
}

static void fill_scratch(void)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i += 1 + (random_next() & 7))
		((uint64_t *)scratch)[i] = random_argument();
}

static void scratch_renew(void)
{
	const uint64_t values[INTERESTING] = {
		0,
		~0ull,
		DOMID_SELF,
		1,
		0,
		0,
		0xffff830000000000,
		0x1234567812345678,
		0x7ffffff000,
		2,
		0x8000000000000000,
		4096,
	};

	/* Mostly only the mapping was changed. */
	if (scratch &&
	    hypercall_update_va_mapping((uint64_t)scratch, pte_make(mfn_of(scratch), PTE_DATA),
					UVMF_INVLPG) == 0)
		return;
	/* The page behind is taken away, so that a huge count runs into it and not over our own memory. */
	scratch = page_alloc(2);
	hypercall_update_va_mapping((uint64_t)scratch + PAGE_SIZE, 0, UVMF_INVLPG);
	memcpy(interesting, values, sizeof(values));
	interesting[4] = mfn_of(scratch);
	interesting[5] = maddr_of(scratch);
}

/* Calls may move or freeze the time areas: only the TSC is trusted. */
static uint64_t ticks_a_second(void)
{
	uint64_t start = time_ns(), tsc = read_tsc();

	while (time_ns() < start + 20 * MILLISECOND)
		cpu_relax();
	return (read_tsc() - tsc) * 50;
}

/* Ends at the time, or by a fault when a call has taken the scratch pages away. */
static void run_until(void *argument)
{
	while (read_tsc() < *(uint64_t *)argument) {
		uint64_t number = random_next() % 56, a1 = random_argument();

		if (is_fatal(number, a1))
			continue;
		if ((calls & 15) == 0)
			fill_scratch();
		under_way[0] = number;
		under_way[1] = a1;
		for (unsigned int i = 2; i < ARRAY_SIZE(under_way); i++)
			under_way[i] = random_argument();
		hypercall(under_way[0], under_way[1], under_way[2], under_way[3], under_way[4],
			  under_way[5]);
		write_once(calls, calls + 1);
	}
}

static void run_random(void *argument)
{
	uint64_t end = (uint64_t)argument;

	while (catch_fault(run_until, &end, NULL))
		scratch_renew();
	write_once(finished, 1);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

/*
 * Random calls end by breaking the caller itself: it gives its own pages away and then faults for
 * ever. The machine stands as long as the hypervisor can still take the processor from it.
 */
static bool vcpu_can_be_stopped(uint32_t vcpu)
{
	struct xen_vcpu_runstate_info runstate = {0};
	uint64_t end = read_tsc() + 10 * ticks_a_second();

	if (hypercall_vcpu_op(VCPUOP_down, vcpu, NULL))
		return false;
	do
		if (hypercall_vcpu_op(VCPUOP_get_runstate_info, vcpu, &runstate))
			return false;
	while (runstate.state != RUNSTATE_offline && read_tsc() < end);
	return runstate.state == RUNSTATE_offline;
}

void test_main(void)
{
	uint64_t seconds = test_option_number("seconds", 10), second = ticks_a_second();
	uint64_t seen = 0, start = read_tsc(), last_progress = start;

	random_state = test_option_number("seed", SEED_DEFAULT);
	printf("seed=%lu seconds=%lu\n", random_state, seconds);
	scratch_renew();
	vcpu_start(1, run_random, (void *)(start + seconds * second));
	while (!read_once(finished) && read_tsc() < last_progress + 10 * second) {
		uint64_t now = read_once(calls);

		if (now != seen) {
			seen = now;
			last_progress = read_tsc();
		}
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	printf("%lu hypercalls, the last: %lu (0x%lx, 0x%lx, 0x%lx, 0x%lx, 0x%lx)\n", calls,
	       under_way[0], under_way[1], under_way[2], under_way[3], under_way[4], under_way[5]);
	CHECK(finished || vcpu_can_be_stopped(1));
	CHECK(calls > 1000);
	CHECK_EQUAL(hypercall_version(XENVER_version, NULL), 4 << 16 | 17);
}
