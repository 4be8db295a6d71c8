/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every file of a test kernel needs: fixed-width types, attributes, compiler barriers. */
#ifndef GUEST_TYPES_H
#define GUEST_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096ul
#define PAGE_SHIFT 12
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define page_aligned __attribute__((aligned(PAGE_SIZE), section(".pages,\"aw\",@nobits#")))
#define barrier() __asm__ volatile("" ::: "memory")
#define read_once(lvalue) (*(const volatile __typeof__(lvalue) *)&(lvalue))
#define write_once(lvalue, value) (*(volatile __typeof__(lvalue) *)&(lvalue) = (value))

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

void *memset(void *to, int byte, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);
size_t strlen(const char *string);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t bytes);

#endif
