/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second domain, built by this one with domctl from a copy of its own image:
 * as after a fork, the child has this kernel's code and data as they are when
 * it is built, memory, tables and an event channel of its own, and runs a
 * function instead of test_main(). What it finds comes back in its mailbox.
 */
#ifndef GUEST_CHILD_H
#define GUEST_CHILD_H

#include "guest/domctl.h"
#include "guest/types.h"

#define CHILD_WORDS 32
#define CHILD_MAX_PFN 2048

struct child_mailbox {
	uint64_t words[CHILD_WORDS]; /* what a test makes of them */
	uint32_t is_done;	     /* the function returned, or the child's test ended */
	char state[16], reason[160]; /* as in its result line; empty when it just returned */
};

struct child {
	uint16_t id;
	uint32_t port;	     /* ours, bound to the child's start_info->store_evtchn; 0: not built */
	uint64_t nr_pages;   /* given to it */
	uint64_t image_end;  /* pfn behind what its tables map */
	uint64_t shared_mfn; /* shared_info */
	uint64_t root_mfn;
	volatile struct child_mailbox *mailbox; /* the child's, mapped here */
	uint64_t mfns[CHILD_MAX_PFN];		/* by its frame number; 0: none */
};

/* What createdomain is asked for: one vcpu, no devices, grant tables of version 2 at most. */
void child_configure(struct xen_domctl *call);
/* A domain with memory and vcpus, paused, nothing in it. Ends the test on a refusal. */
struct child *child_create(void);
struct child *child_create_from(struct xen_domctl *configuration);
/* Fills it: it will run function() in its own copy of this kernel. */
void child_build(struct child *child, void (*function)(void));
/* Fills in all but the context of its vcpu 0, which is returned. */
struct xen_vcpu_guest_context *child_prepare(struct child *child, void (*function)(void));
long child_set_context(struct child *child, uint32_t vcpu,
		       const struct xen_vcpu_guest_context *context);
void child_unpause(struct child *child);
/* child_create(), child_build(), child_unpause(). */
struct child *child_start(void (*function)(void));
/* Until it is done; false on a time-out (10 s). Copies its failed checks to ours. */
bool child_wait(struct child *child);
/* Until words[index] is value; false on a time-out. */
bool child_wait_word(struct child *child, unsigned int index, uint64_t value);
/* destroydomain; ends the test on a refusal. The mailbox is unmapped first. */
void child_destroy(struct child *child);

/* getdomaininfo of exactly that domain; false when there is none. */
bool domain_read_info(uint16_t id, struct xen_domctl_getdomaininfo *info);
/* Waits until there is no such domain any more; false on a time-out. */
bool domain_wait_gone(uint16_t id);
/* Free pages of the heap (physinfo). */
uint64_t host_free_pages(void);
/* Waits until as many are free as at least `pages`; false on a time-out. */
bool host_wait_free_pages(uint64_t pages);

/* A frame of a domain at a new address of ours: result of the call, 0 or an errno. */
long foreign_map(uint16_t domain, uint64_t mfn, uint64_t flags, void **address);
void foreign_unmap(void *address);

/* In the child: its mailbox, its port to the parent, and a sign to it. */
extern struct child_mailbox child_mailbox;
uint32_t child_port(void);
void child_signal(void);
/* In the child: waits until the parent set words[index] to value. */
void child_await(unsigned int index, uint64_t value);

/* The start of day asks: NULL in the first domain. */
extern void (*child_function)(void);
void child_main(void);

#endif
