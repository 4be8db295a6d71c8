/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of domain/ offer each other: the table of domains, unused structs, the modules' walkers. */
#ifndef DOMAIN_LIFECYCLE_H
#define DOMAIN_LIFECYCLE_H

#include "hv/domain.h"

/* More than any guest's ABI can name: shared_info and registered vcpu_info. */
#define DOMAIN_MAX_VCPUS 512

/* Puts d under its id: -EEXIST, -ENOMEM. From then on look-ups find it while it has references. */
int must_check domain_table_insert(struct domain *d);
void domain_table_remove(struct domain *d);
/* A zeroed struct domain with no references, or NULL. Once used, its memory is only ever a struct domain again. */
struct domain *must_check domain_struct_alloc(void);
void domain_struct_free(struct domain *d);

int must_check domain_modules_init_domain(struct domain *d,
					  const struct domain_create_arguments *arguments);
void domain_modules_fini_domain(struct domain *d);
int must_check domain_modules_init_vcpu(struct vcpu *v);
void domain_modules_fini_vcpu(struct vcpu *v);
int must_check domain_modules_relinquish(struct domain *d);
int must_check domain_modules_drain(struct domain *d);

/* Frees a vcpu that nobody can reach any more. */
void vcpu_destroy(struct vcpu *v);
/* What domain_create() made, backwards; its vcpus are gone. */
void domain_destroy_parts(struct domain *d);
/* Runs when the last reference is gone. */
void domain_destroy(void *domain);
/* Sets up the tasklet of the end. */
void domain_init_destroy(struct domain *d);

#endif
