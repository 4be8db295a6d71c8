/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support.h"

int main(void)
{
	return run_image_cases() + run_notes_cases() + run_unpack_cases() + run_layout_cases() +
	       run_tables_cases() + run_kernel_cases() + run_pv_cases();
}
