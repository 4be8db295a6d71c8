/* SPDX-License-Identifier: MIT */
/* kexec_op: load, unload and start another kernel, and the ranges that a crash kernel is told. */
#ifndef ABI_KEXEC_H
#define ABI_KEXEC_H

#include "abi/xen.h"

#define KEXEC_CMD_kexec 0
#define KEXEC_CMD_kexec_load_v1 1
#define KEXEC_CMD_kexec_unload_v1 2
#define KEXEC_CMD_kexec_get_range 3
#define KEXEC_CMD_kexec_load 4
#define KEXEC_CMD_kexec_unload 5
#define KEXEC_CMD_kexec_status 6

#define KEXEC_TYPE_DEFAULT 0
#define KEXEC_TYPE_CRASH 1

#define KEXEC_RANGE_MA_CRASH 0
#define KEXEC_RANGE_MA_XEN 1
#define KEXEC_RANGE_MA_CPU 2
#define KEXEC_RANGE_MA_XENHEAP 3
#define KEXEC_RANGE_MA_BOOT_PARAM 4
#define KEXEC_RANGE_MA_EFI_MEMMAP 5
#define KEXEC_RANGE_MA_VMCOREINFO 6

#define KEXEC_XEN_NO_PAGES 17

struct xen_kexec_image {
	uint64_t page_list[KEXEC_XEN_NO_PAGES];
	uint64_t indirection_page;
	uint64_t start_address;
};
ABI_SIZE(struct xen_kexec_image, 152);

struct xen_kexec_exec {
	int32_t type;
};
ABI_SIZE(struct xen_kexec_exec, 4);

struct xen_kexec_load_v1 {
	int32_t type;
	struct xen_kexec_image image;
};
ABI_SIZE(struct xen_kexec_load_v1, 160);

struct xen_kexec_range {
	int32_t range; /* KEXEC_RANGE_MA_* */
	int32_t nr;    /* the processor, for MA_CPU */
	uint64_t size; /* out */
	uint64_t start;
};
ABI_SIZE(struct xen_kexec_range, 24);

struct xen_kexec_segment {
	union {
		uint64_t h; /* handle of bytes */
		uint64_t _pad;
	} buf;
	uint64_t buf_size;
	uint64_t dest_maddr;
	uint64_t dest_size;
};
ABI_SIZE(struct xen_kexec_segment, 32);

struct xen_kexec_load {
	uint8_t type;
	uint8_t _pad;
	uint16_t arch; /* ELF machine */
	uint32_t nr_segments;
	union {
		uint64_t h; /* handle of struct xen_kexec_segment */
		uint64_t _pad;
	} segments;
	uint64_t entry_maddr;
};
ABI_SIZE(struct xen_kexec_load, 24);

struct xen_kexec_unload {
	uint8_t type;
};
ABI_SIZE(struct xen_kexec_unload, 1);

struct xen_kexec_status {
	uint8_t type;
};
ABI_SIZE(struct xen_kexec_status, 1);

#endif
