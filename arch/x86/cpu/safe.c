/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSR accesses that may be refused: a fault is the answer -EFAULT, not a panic. */
#include "asm/processor.h"
#include "hv/errno.h"

int read_msr_safe(uint32_t msr, uint64_t *value)
{
	uint32_t low, high;
	int rc = -EFAULT;

	__asm__ goto("1: rdmsr\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     : "=a"(low), "=d"(high)
		     : "c"(msr)
		     :
		     : out);
	*value = low | (uint64_t)high << 32;
	rc = 0;
out:
	return rc;
}

int write_msr_safe(uint32_t msr, uint64_t value)
{
	int rc = -EFAULT;

	__asm__ goto("1: wrmsr\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     :
		     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
		     : "memory"
		     : out);
	rc = 0;
out:
	return rc;
}
