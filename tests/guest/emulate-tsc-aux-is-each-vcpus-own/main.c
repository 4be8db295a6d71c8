/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two vcpus on one processor: RDTSCP gives each what itself wrote to TSC_AUX. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define MSR_TSC_AUX 0xc0000103u

static uint32_t rounds[2], wrong;

static void write_aux(void *argument)
{
	__asm__ volatile("wrmsr" ::"c"(MSR_TSC_AUX), "a"((uint32_t)(uint64_t)argument), "d"(0));
}

static uint32_t read_aux(void)
{
	uint32_t low, high, aux;

	__asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(aux));
	return aux;
}

static void run(void *argument)
{
	unsigned int id = vcpu_current()->id;

	write_aux((void *)(uint64_t)(100 + id));
	for (;;) {
		if (read_aux() != 100 + id)
			__atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
		if (++rounds[id] >= 50 && id == 0)
			return;
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
}

void test_main(void)
{
	struct fault fault;

	if (catch_fault(write_aux, (void *)7, &fault))
		test_skip("the processor has no RDTSCP");
	vcpu_start(1, run, NULL);
	run(NULL);
	CHECK(read_once(rounds[1]) > 0);
	CHECK_EQUAL(wrong, 0);
}
