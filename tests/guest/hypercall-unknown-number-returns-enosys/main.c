/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that no interface assigns are refused, whatever the arguments and the upper half of rax. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static const uint64_t numbers[] = {11,	43,  44,   45,	       46,	  47,  52,
					   55,	56,  63,   64,	       65,	  127, 128,
					   255, 256, 4096, 0x7fffffff, 0xffffffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		long result = hypercall(numbers[i], ~0ull, ~0ull, ~0ull, ~0ull, ~0ull);

		if (result != -XEN_ENOSYS)
			printf("number %lu\n", numbers[i]);
		CHECK_EQUAL(result, -XEN_ENOSYS);
	}
}
