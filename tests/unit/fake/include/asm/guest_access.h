/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The copies in line are those of fake/memory.c. */
#ifndef FAKE_ASM_GUEST_ACCESS_H
#define FAKE_ASM_GUEST_ACCESS_H

#define guest_address_clamp(address) (address)
#define guest_copy_from_clamped guest_copy_from
#define guest_copy_to_clamped guest_copy_to
#define guest_copy_from_inline guest_copy_from
#define guest_copy_to_inline guest_copy_to

#endif
