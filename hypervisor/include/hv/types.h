/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Basic types. Owns the typed addresses: a machine frame, a guest frame and a
 * physical address are distinct struct types in every build, so that one is
 * never taken for another. `.n` is a frame number, `.a` a byte address.
 */
#ifndef HV_TYPES_H
#define HV_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define must_check __attribute__((warn_unused_result))
#define noreturn_function __attribute__((noreturn))
#define always_inline inline __attribute__((always_inline))
#define never_inline __attribute__((noinline))
#define cold_function __attribute__((cold))
#define packed_struct __attribute__((packed))
#define aligned_to(n) __attribute__((aligned(n)))
#define in_section(s) __attribute__((section(s), used))
#define printf_like(f, a) __attribute__((format(printf, f, a)))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, field) ((type *)((char *)(p)-offsetof(type, field)))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define ROUND_UP(x, to) ((((x) + (to)-1) / (to)) * (to))
#define ROUND_DOWN(x, to) (((x) / (to)) * (to))
#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

typedef struct {
	uint64_t n;
} mfn_t;

typedef struct {
	uint64_t n;
} gfn_t;

typedef struct {
	uint64_t a;
} paddr_t;

typedef uint16_t domid_t;

#define INVALID_FRAME (~(uint64_t)0)

static always_inline mfn_t mfn_from(uint64_t number)
{
	return (mfn_t){number};
}

static always_inline gfn_t gfn_from(uint64_t number)
{
	return (gfn_t){number};
}

static always_inline paddr_t paddr_from(uint64_t address)
{
	return (paddr_t){address};
}

static always_inline paddr_t mfn_to_paddr(mfn_t mfn)
{
	return (paddr_t){mfn.n << PAGE_SHIFT};
}

static always_inline mfn_t paddr_to_mfn(paddr_t address)
{
	return (mfn_t){address.a >> PAGE_SHIFT};
}

static always_inline bool mfn_is_equal(mfn_t a, mfn_t b)
{
	return a.n == b.n;
}

#endif
