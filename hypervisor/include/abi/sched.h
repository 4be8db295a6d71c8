/* SPDX-License-Identifier: MIT */
/* sched_op: yield, block, poll, shut down, watchdog. */
#ifndef ABI_SCHED_H
#define ABI_SCHED_H

#include "abi/event_channel.h"

#define SCHEDOP_yield 0
#define SCHEDOP_block 1
#define SCHEDOP_shutdown 2
#define SCHEDOP_poll 3
#define SCHEDOP_remote_shutdown 4
#define SCHEDOP_shutdown_code 5
#define SCHEDOP_watchdog 6
#define SCHEDOP_pin_override 7

#define SHUTDOWN_poweroff 0
#define SHUTDOWN_reboot 1
#define SHUTDOWN_suspend 2
#define SHUTDOWN_crash 3
#define SHUTDOWN_watchdog 4
#define SHUTDOWN_soft_reset 5
#define SHUTDOWN_MAX 5

struct xen_sched_shutdown {
	uint32_t reason; /* SHUTDOWN_* */
};
ABI_SIZE(struct xen_sched_shutdown, 4);

struct xen_sched_poll {
	uint64_t ports; /* handle of uint32_t */
	uint32_t nr_ports;
	uint64_t timeout; /* absolute system time in ns, 0 for none */
};
ABI_SIZE(struct xen_sched_poll, 24);

struct xen_sched_remote_shutdown {
	uint16_t domain_id;
	uint32_t reason;
};
ABI_SIZE(struct xen_sched_remote_shutdown, 8);

struct xen_sched_watchdog {
	uint32_t id;	  /* 0 asks for a new one */
	uint32_t timeout; /* s, 0 disarms */
};
ABI_SIZE(struct xen_sched_watchdog, 8);

struct xen_sched_pin_override {
	int32_t pcpu; /* negative ends the pinning */
};
ABI_SIZE(struct xen_sched_pin_override, 4);

#endif
