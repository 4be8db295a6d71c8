/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains and vcpus: look-up, references, life cycle.
 * A domain is alive, then dying (no new resources), then dead (all resources
 * given back, only references left). struct domain lies in its own page(s) of
 * the direct map, so that a frame number names it (struct page.owner_frame).
 * Field letters: [I] set at creation, [a] atomic, [D] domain lock,
 * [P] page_list lock, [S] scheduler, [own] owning vcpu, current only.
 */
#ifndef HV_DOMAIN_H
#define HV_DOMAIN_H

#include "abi/sched.h"
#include "abi/vcpu.h"
#include "abi/xen.h"
#include "asm/domain.h"
#include "hv/cpu.h"
#include "hv/list.h"
#include "hv/lock.h"
#include "hv/page.h"
#include "hv/percpu.h"
#include "hv/softirq.h"
#include "hv/timer.h"
#include "hv/types.h"

struct event_domain;
struct event_vcpu;
struct grant_domain;
struct pirq_domain;
struct exchange;
struct large_extent;
struct sched_domain;
struct sched_unit;

enum domain_state { DOMAIN_ALIVE, DOMAIN_DYING, DOMAIN_DEAD };

struct vcpu {
	/* Where the guest reads its pending flags: in shared_info or a registered page; never NULL
	 * after creation (a private scratch area for ids without a slot). Offset in asm/offsets.h. */
	struct xen_vcpu_info *info; /* [D for change] */
	uint32_t time_generation_seen;
	struct domain *domain; /* [I] */
	uint32_t id;	       /* [I] */
	uint32_t processor;    /* [S] CPU it runs or last ran on */
	struct vcpu_arch arch; /* own layout: asm/domain.h */

	struct page
		*info_page; /* registered page, referenced; NULL: shared_info's slot or scratch */
	struct xen_vcpu_info *info_private; /* [I] the scratch, NULL when the id has a slot */

	struct sched_unit *sched; /* [I] the policy's data */
	uint32_t pause_count;	  /* [a] */
	uint64_t pause_flags;	  /* [a] VCPU_PAUSED_* */
	bool is_running;	  /* on a CPU now (context not necessarily saved after it drops) */
	bool is_initialised;	  /* VCPUOP_initialise done [D] */
	bool is_initialising;	  /* [a] VCPUOP_initialise under way */
	bool is_paused_for_shutdown; /* [a] counted once in pause_count by domain_shutdown() */
	uint32_t poll_event;	     /* SCHEDOP_poll: 0 none, port, or POLL_ANY_EVENT */
	struct cpumask affinity_hard, affinity_soft; /* [S] */

	struct event_vcpu *event;	 /* [I] */
	uint32_t virq_to_port[NR_VIRQS]; /* [event_domain] */

	struct xen_vcpu_runstate_info runstate; /* [S] */
	uint64_t runstate_guest;		/* guest address, 0 none [own] */

	struct timer singleshot_timer, periodic_timer, poll_timer;
	uint64_t periodic_period_ns;
	uint64_t periodic_last_ns;

	uint64_t
		time_info_guest; /* VCPUOP_register_vcpu_time_memory_area: guest address, 0 none [own] */
	bool in_multicall;	 /* [own] */
	bool multicall_preempted;	/* [own] */
	uint8_t multicall_nr_arguments; /* [own] of the call in it */
	struct xen_multicall_entry
		multicall;		   /* [own] the call that a pre-empted one goes on with */
	uint32_t nr_continuations;	   /* [own] */
	struct large_extent *large_extent; /* [own] memory_op's, between continuations; else NULL */
	struct exchange *exchange;	   /* the same */
};

/* pause_flags */
#define VCPU_PAUSED_BLOCKED (1u << 0) /* waits for an event (SCHEDOP_block, poll) */
#define VCPU_PAUSED_DOWN (1u << 1)    /* not brought up yet, or down */
#define VCPU_PAUSED_POLLING (1u << 2) /* beside BLOCKED: waits in SCHEDOP_poll */
#define VCPU_PAUSED_SYSTEM (1u << 3)  /* stopped while crashing or powering off */

struct domain {
	domid_t id;			     /* [I] */
	bool is_control;		     /* [I] may use control operations */
	bool is_hardware;		     /* [I] owns the platform: ports, PIRQs, power */
	bool is_idle;			     /* [I] */
	uint8_t state;			     /* enum domain_state [D, read with atomics] */
	bool is_shutting_down, is_shut_down; /* [a] */
	uint32_t shutdown_code;		     /* [a] SHUTDOWN_*, or SHUTDOWN_CODE_NONE */
	uint32_t pause_count;		     /* [a] no vcpu runs while it isn't 0 */
	uint32_t controller_pause_count; /* [a] pauses by control operations, 1 in pause_count */
	bool was_started;		 /* [a] unpaused once since its creation */
	bool control_is_busy;		 /* [a] a control operation is at work on it */
	uint32_t references;		 /* [a] */
	uint32_t creation_flags;	 /* [I] XEN_DOMCTL_CDF_* */
	uint8_t handle[16];

	uint32_t max_vcpus; /* [I] size of vcpu[] */
	struct vcpu **vcpu; /* [D] entries NULL until created */

	struct spinlock lock;
	struct spinlock page_lock;    /* class page_list */
	struct page_list page_list;   /* [P] charged pages */
	struct page_list shared_list; /* [P] hypervisor pages shared with it */
	uint32_t max_pages;	      /* [P] */
	uint32_t tot_pages;	      /* [P] pages on page_list */
	uint32_t outstanding_pages;   /* claimed [P] */
	uint64_t node_affinity;	      /* [a] nodes its memory comes from first; 0: any */

	uint32_t nr_polling; /* [a] vcpus in SCHEDOP_poll */

	struct xen_shared_info *shared_info; /* [I] */
	mfn_t shared_info_mfn;		     /* [I] */

	struct event_domain *event; /* [I] */
	struct grant_domain *grant; /* [I] */
	struct pirq_domain *pirq;   /* [I] hardware domain's interrupts */
	struct sched_domain *sched; /* [I] weight, cap, watchdogs */

	uint64_t time_offset_seconds; /* wall clock offset, XEN_DOMCTL_settimeoffset */
	uint64_t vm_assist;	      /* VMASST_TYPE_* bits [D] */
	uint32_t suspend_event_port;
	struct domain_arch arch;
	struct tasklet destroy_tasklet; /* after the last reference */
	uint64_t relinquish_left;	/* pages that killing it has yet to see */
	uint32_t vcpus_left;		/* that destroying it has yet to see */
	uint32_t kill_stage;		/* how far killing it is */
	struct domain *next_free; /* [domain_list] unused structs are kept, see domain/table.c */
};

#define SHUTDOWN_CODE_NONE UINT32_MAX

extern struct domain *idle_domain;
extern struct domain *hardware_domain; /* NULL before dom0 is created */
/* Owners of frames that no guest owns (DOMID_IO: I/O memory; DOMID_XEN: hypervisor frames offered to dom0). */
extern struct domain *io_domain, *hypervisor_domain;

#define for_each_vcpu(d, v)                                                   \
	for (uint32_t v##_index = 0; v##_index < (d)->max_vcpus; v##_index++) \
		if (((v) = (d)->vcpu[v##_index]) != NULL)

struct domain_create_arguments {
	domid_t id;
	uint32_t creation_flags;
	uint32_t max_vcpus;
	uint32_t max_event_port, max_grant_frames, max_maptrack_frames, max_grant_version;
	uint32_t max_pages;
	uint32_t cpupool_id; /* its scheduler's CPUs: sched_pool_id() */
	bool is_control, is_hardware, is_idle;
	uint8_t handle[16];
};

/* Start-up: the idle, I/O and hypervisor pseudo-domains. sched_init() calls it. Needs the heap. */
void domain_init(void);
/* A domain with no vcpus, paused by its creator (domain_unpause_by_controller() sets it going). -EINVAL, -EEXIST, -ENOMEM.
 * Boot or control context. */
int must_check domain_create(const struct domain_create_arguments *arguments, struct domain **out);
/* -EINVAL, -EEXIST, -ENOMEM. The vcpu is down (VCPU_PAUSED_DOWN) and not initialised. */
int must_check domain_create_vcpu(struct domain *d, uint32_t id, struct vcpu **out);

/* VCPUOP_up and the builder, after the context was set: initialised, no longer down. -EINVAL when it has no context. */
void vcpu_set_initialised(struct vcpu *v);
int must_check vcpu_bring_up(struct vcpu *v);
/* VCPUOP_register_vcpu_info: -ENXIO (not within a page, unaligned), -EINVAL (not the domain's writable frame, registered before, neither
 * current nor down). */
int must_check vcpu_register_info(struct vcpu *v, uint64_t frame, uint32_t offset);
/* Back to shared_info's slot or the scratch; drops the page. The domain is dying. */
void vcpu_unregister_info(struct vcpu *v);

/* By id, with a reference; NULL when there is none. DOMID_SELF isn't resolved. Lock-free against a destroy. */
struct domain *must_check domain_get_by_id(domid_t id);
/* The same, resolving DOMID_SELF to current's. */
struct domain *must_check domain_get_by_id_or_self(domid_t id);
bool must_check domain_get(struct domain *d);
/* Whether there is a domain of that number, one that is only waiting for its last reference included. */
bool domain_id_is_used(domid_t id);
void domain_put(struct domain *d);
/* Borrowed walk in id order for control operations: the first live domain with id >= from, referenced; NULL at the end. */
struct domain *must_check domain_get_from(domid_t from);

/* Count-based: nests. The synchronous forms return when no vcpu is running. Not on current's own domain (sync). */
void domain_pause(struct domain *d);
void domain_pause_nosync(struct domain *d);
void domain_unpause(struct domain *d);
void vcpu_pause(struct vcpu *v);
void vcpu_pause_nosync(struct vcpu *v);
void vcpu_unpause(struct vcpu *v);

/* The guest is broken: prints the reason and shuts the domain down with SHUTDOWN_crash; current's vcpu won't run again. Any context
 * without locks above page_list. */
void domain_crash(struct domain *d, const char *format, ...) printf_like(2, 3);
/* Ends the domain's run with SHUTDOWN_*; for the hardware domain the machine follows (power off, reboot, halt). */
void domain_shutdown(struct domain *d, uint32_t code);
/* After a shutdown that did not end the domain (suspend cancelled, or the tools resume it): runs again. */
void domain_resume(struct domain *d);
/* Pauses of control operations: they nest among themselves. -EINVAL when there is none to take back, -EOVERFLOW. */
int must_check domain_pause_by_controller(struct domain *d);
int must_check domain_unpause_by_controller(struct domain *d);
/* Tears down step by step; -ERESTART until done. Control context. */
int must_check domain_kill(struct domain *d);

/* Start-up: the debug key that lists domains and vcpus. */
void domain_dump_init(void);

/* VCPUOP_* for current's domain. */
int64_t hypercall_vcpu_op(uint64_t operation, uint64_t vcpu_id, uint64_t argument);
int64_t hypercall_vm_assist(uint64_t command, uint64_t type);
/* All of them, by who installs a whole context; unknown ones are dropped. */
void vm_assist_install(struct domain *d, uint64_t assists);

/*
 * A module that hangs data on domains registers one of these: walked forwards
 * to build, backwards to tear down. Rows are in hypervisor/domain/modules.c.
 */
struct domain_module {
	const char *name;
	int (*init_domain)(struct domain *d, const struct domain_create_arguments *arguments);
	int (*init_vcpu)(struct vcpu *v);
	/* Gives resources back in steps; -ERESTART to be called again; may be NULL. Domain is dying, vcpus don't run. */
	int (*relinquish)(struct domain *d);
	/* The last reference is gone: frees what may be a lot, in steps; -ERESTART to be called again (by a tasklet); may be NULL. */
	int (*drain)(struct domain *d);
	void (*fini_vcpu)(struct vcpu *v);
	void (*fini_domain)(struct domain *d);
	void (*dump_domain)(struct domain *d);
	/* It was shut down, or is dead now: for those who tell the control domain. */
	void (*state_changed)(struct domain *d);
};

/* The rows, sorted by order; the linker script (a test on the host) defines both ends. */
extern const struct domain_module *const domain_modules_start[], *const domain_modules_end[];
/* Tells every module that the domain shut down or died. */
void domain_notify_state(struct domain *d);

#ifdef TRESTLE_HOST
/* The host's linker sorts nothing: a test fills domain_modules_start with the registrations it links. */
#define DOMAIN_MODULE(order, module)                                    \
	extern const struct domain_module *const module##_registration; \
	const struct domain_module *const module##_registration = &(module)
#else
#define DOMAIN_MODULE(order, module)                                               \
	static const struct domain_module *const module##_registration in_section( \
		".domain_modules." #order) = &(module)
#endif

static always_inline bool domain_is_dying(const struct domain *d)
{
	return __atomic_load_n(&d->state, __ATOMIC_ACQUIRE) != DOMAIN_ALIVE;
}

#endif
