/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three domains with grant tables, for the unit tests and the fuzzer of
 * grant_table_op: `granter` offers pages, `mapper` uses them, `control` is
 * privileged. Page tables are stood in for by some slots of each domain;
 * domains, pages and their counts are as in the hypervisor.
 */
#ifndef TEST_GRANT_FIXTURE_H
#define TEST_GRANT_FIXTURE_H

#include "abi/grant_table.h"
#include "fake.h"
#include "hv/grant.h"
#include "hv/types.h"

#define GRANTER_ID 6
#define MAPPER_ID 5
#define NR_GRANT_DOMAINS 3
#define MAX_GRANT_FRAMES 10
#define MAX_HANDLE_PAGES 2
#define HANDLES_PER_PAGE 256
#define NR_SLOTS 1024
#define NR_PAGES 8
/* Linear address of slot 0, and machine address of the entry itself. */
#define SLOT_ADDRESS 0x100000UL
#define SLOT_MACHINE 0x7000000UL

/* What table.c registers. */
extern const struct domain_module *const grant_module_registration;
extern struct domain *granter, *mapper, *control;
/* Page-table entries of each domain, by fixture_index(). */
extern uint64_t slots[NR_GRANT_DOMAINS][NR_SLOTS];
/* The granter's and the mapper's own. */
extern struct page *granter_pages[NR_PAGES], *mapper_pages[NR_PAGES];
extern unsigned int domain_flushes;
/* Called at each flush. NULL: nothing. */
extern void (*flush_hook)(void);
/* heap_unshare() says that somebody maps the page. */
extern bool shares_are_held;

void fixture_start(void);
/* All domains die: false when references, pages or objects were lost, or the other way round. */
bool fixture_end(void);
/* Makes a domain die, as domain_kill() does; its own page tables go last. */
void fixture_kill(struct domain *d);
void fixture_act_as(struct domain *d, uint32_t vcpu);
unsigned int fixture_index(const struct domain *d);
/* A domain that has as many frames as it may; one of them is *frame. */
#define LARGE_GRANT_FRAMES 256
struct domain *fixture_create_large(struct page **frame);
/* True when creating a domain failed at allocation n; nothing may be left. */
bool fixture_creation_fails(unsigned int n);
/* Drops all entries of a domain. */
void page_tables_end(const struct domain *d);
/* The counts of the pages are those of the slots. */
bool fixture_is_consistent(void);

/* The hypercall; a continued one is called again. */
int64_t grant_op(uint32_t command, void *argument, uint64_t count);
uint64_t slot_address(unsigned int slot);
uint64_t slot_machine_address(unsigned int slot);

/* The granter's entry; version 1. */
struct xen_grant_entry_v1 *entry_v1(uint32_t ref);
union xen_grant_entry_v2 *entry_v2(uint32_t ref);
uint16_t *entry_status(uint32_t ref);
void grant_page(uint32_t ref, const struct domain *to, const struct page *page, uint16_t flags);
void grant_page_v2(uint32_t ref, const struct domain *to, const struct page *page, uint16_t flags);
uint64_t count_of(const struct page *page);
uint64_t uses_of(const struct page *page);

/* As current, of the granter's entry, into a slot. */
struct xen_gnttab_map_grant_ref map_slot(uint32_t ref, unsigned int slot, uint32_t flags);
int16_t unmap_slot(uint32_t handle, unsigned int slot);
int64_t set_version(uint32_t version);

#endif
