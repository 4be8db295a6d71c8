/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WBINVD and CLTS of the kernel are emulated; INVLPG, CLI, STI, HLT, LGDT, LTR are #GP. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static void wbinvd(void *argument)
{
	__asm__ volatile("wbinvd" ::: "memory");
}

static void invlpg(void *argument)
{
	__asm__ volatile("invlpg (%0)" ::"r"(argument) : "memory");
}

static void clts(void *argument)
{
	__asm__ volatile("clts");
}

static void cli(void *argument)
{
	__asm__ volatile("cli");
}

static void sti(void *argument)
{
	__asm__ volatile("sti");
}

static void hlt(void *argument)
{
	__asm__ volatile("hlt");
}

static void lgdt(void *argument)
{
	static char pseudo[10];

	__asm__ volatile("lgdt %0" ::"m"(pseudo));
}

static void ltr(void *argument)
{
	__asm__ volatile("ltr %w0" ::"r"(0));
}

void test_main(void)
{
	wbinvd(NULL);
	clts(NULL);
	CHECK_FAULT(invlpg, invlpg, TRAP_GP, 0);
	CHECK_FAULT(cli, NULL, TRAP_GP, 0);
	CHECK_FAULT(sti, NULL, TRAP_GP, 0);
	CHECK_FAULT(hlt, NULL, TRAP_GP, 0);
	CHECK_FAULT(lgdt, NULL, TRAP_GP, 0);
	CHECK_FAULT(ltr, NULL, TRAP_GP, 0);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 1);
}
