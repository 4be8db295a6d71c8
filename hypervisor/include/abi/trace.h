/* SPDX-License-Identifier: MIT */
/*
 * Trace buffers: records that the hypervisor leaves for a tool, one ring a processor. An event's
 * number has a class (bits 27:16), a subclass (15:12) and a number. Only the events of parts that
 * this hypervisor has are here.
 */
#ifndef ABI_TRACE_H
#define ABI_TRACE_H

#include "abi/abi.h"

#define TRACE_EXTRA_MAX 7
#define TRACE_EXTRA_SHIFT 28

#define TRC_CLS_SHIFT 16
#define TRC_GEN 0x0001f000
#define TRC_SCHED 0x0002f000
#define TRC_DOM0OP 0x0004f000
#define TRC_HVM 0x0008f000
#define TRC_MEM 0x0010f000
#define TRC_PV 0x0020f000
#define TRC_SHADOW 0x0040f000
#define TRC_HW 0x0080f000
#define TRC_GUEST 0x0800f000
#define TRC_ALL 0x0ffff000
#define TRC_HD_TO_EVENT(x) ((x)&0x0fffffff)
#define TRC_HD_CYCLE_FLAG 0x80000000
#define TRC_HD_INCLUDES_CYCLE_COUNT(x) (((x)&TRC_HD_CYCLE_FLAG) != 0)
#define TRC_HD_EXTRA(x) (((x) >> TRACE_EXTRA_SHIFT) & TRACE_EXTRA_MAX)

#define TRC_SUBCLS_SHIFT 12
#define TRC_SCHED_MIN 0x00021000
#define TRC_SCHED_CLASS 0x00022000
#define TRC_SCHED_VERBOSE 0x00028000
#define TRC_DOM0_DOMOPS 0x00041000
#define TRC_PV_ENTRY 0x00201000
#define TRC_PV_SUBCALL 0x00202000

#define TRC_LOST_RECORDS 0x0001f001
#define TRC_TRACE_WRAP_BUFFER 0x0001f002
#define TRC_TRACE_CPU_CHANGE 0x0001f003

#define TRC_SCHED_RUNSTATE_CHANGE 0x00021001
#define TRC_SCHED_CONTINUE_RUNNING 0x00021002
#define TRC_SCHED_DOM_ADD 0x00028001
#define TRC_SCHED_DOM_REM 0x00028002
#define TRC_SCHED_SLEEP 0x00028003
#define TRC_SCHED_WAKE 0x00028004
#define TRC_SCHED_YIELD 0x00028005
#define TRC_SCHED_BLOCK 0x00028006
#define TRC_SCHED_SHUTDOWN 0x00028007
#define TRC_SCHED_SWITCH 0x0002800a
#define TRC_SCHED_SWITCH_INFPREV 0x0002800e
#define TRC_SCHED_SWITCH_INFNEXT 0x0002800f
#define TRC_SCHED_SWITCH_INFCONT 0x00028011

#define TRC_DOM0_DOM_ADD 0x00041001
#define TRC_DOM0_DOM_REM 0x00041002

#define TRC_MEM_PAGE_GRANT_MAP 0x0010f001
#define TRC_MEM_PAGE_GRANT_UNMAP 0x0010f002
#define TRC_MEM_PAGE_GRANT_TRANSFER 0x0010f003

/* With the flag, addresses in the record have 64 bits. */
#define TRC_64_FLAG 0x100
#define TRC_PV_TRAP 0x00201003
#define TRC_PV_PAGE_FAULT 0x00201004
#define TRC_PV_EMULATE_PRIVOP 0x00201006
#define TRC_PV_MATH_STATE_RESTORE 0x00201008
#define TRC_PV_PTWR_EMULATION 0x0020100b
#define TRC_PV_HYPERCALL_V2 0x0020100d
#define TRC_PV_HYPERCALL_SUBCALL 0x0020200e

/* Hypercalls: the first word has the number and which arguments follow, in what size. */
#define TRC_PV_HYPERCALL_V2_ARG_32(i) (0x1 << (20 + 2 * (i)))
#define TRC_PV_HYPERCALL_V2_ARG_64(i) (0x2 << (20 + 2 * (i)))
#define TRC_PV_HYPERCALL_V2_ARG_MASK 0xfff00000

#ifndef __ASSEMBLER__

/*
 * The head of a buffer of X bytes of records behind it. Both offsets go modulo 2 * X: equal means
 * empty, X apart full.
 */
struct xen_t_buf {
	uint32_t cons; /* the tool's */
	uint32_t prod; /* the hypervisor's */
};
ABI_SIZE(struct xen_t_buf, 8);

/* Says where the buffers are: the frame numbers of a processor's begin at that many 32-bit words. */
struct xen_t_info {
	uint16_t tbuf_size; /* pages of each */
	uint16_t mfn_offset[];
};
ABI_SIZE(struct xen_t_info, 2);

#endif

#endif
