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

/* What would end the run by design: shutting down, resetting, sleeping, taking the stack away. */
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
		       (uint32_t)a1 == VCPUOP_send_nmi;
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

	scratch = page_alloc(2);
	memcpy(interesting, values, sizeof(values));
	interesting[4] = mfn_of(scratch);
	interesting[5] = maddr_of(scratch);
}

/* Ends at the time, or by a fault when a call has taken the scratch pages away. */
static void run_until(void *argument)
{
	while (time_ns() < *(uint64_t *)argument) {
		uint64_t number = random_next() % 56, a1 = random_argument();

		if (is_fatal(number, a1))
			continue;
		if ((calls & 15) == 0)
			fill_scratch();
		hypercall(number, a1, random_argument(), random_argument(), random_argument(),
			  random_argument());
		write_once(calls, calls + 1);
	}
}

static void run_random(void *argument)
{
	uint64_t end = time_ns() + (uint64_t)argument * SECOND;

	while (catch_fault(run_until, &end, NULL))
		scratch_renew();
	write_once(finished, 1);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	uint64_t seconds = test_option_number("seconds", 10), last = 0;
	uint64_t end = time_ns() + (seconds + 40) * SECOND, stuck_since = time_ns();

	random_state = test_option_number("seed", SEED_DEFAULT);
	printf("seed=%lu seconds=%lu\n", random_state, seconds);
	scratch_renew();
	vcpu_start(1, run_random, (void *)seconds);
	while (!read_once(finished) && time_ns() < end) {
		uint64_t now = read_once(calls);

		if (now != last) {
			last = now;
			stuck_since = time_ns();
		} else if (time_ns() > stuck_since + 20 * SECOND) {
			break;
		}
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	printf("%lu hypercalls\n", calls);
	CHECK_EQUAL(finished, 1);
	CHECK(calls > 1000);
	CHECK_EQUAL(hypercall_version(XENVER_version, NULL), 4 << 16 | 17);
}
