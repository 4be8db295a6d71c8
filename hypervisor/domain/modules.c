/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks what registered itself by DOMAIN_MODULE: forwards to build, backwards
 * to tear down. A failed step takes back the earlier ones.
 */
#include "hv/errno.h"
#include "lifecycle.h"

#define MODULE_ROW struct domain_module const *const *

static void fini_domain_before(MODULE_ROW end, struct domain *d)
{
	while (end-- != domain_modules_start)
		if ((*end)->fini_domain)
			(*end)->fini_domain(d);
}

int domain_modules_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	for (MODULE_ROW row = domain_modules_start; row != domain_modules_end; row++) {
		int rc = (*row)->init_domain ? (*row)->init_domain(d, arguments) : 0;

		if (rc) {
			fini_domain_before(row, d);
			return rc;
		}
	}
	return 0;
}

void domain_modules_fini_domain(struct domain *d)
{
	fini_domain_before(domain_modules_end, d);
}

static void fini_vcpu_before(MODULE_ROW end, struct vcpu *v)
{
	while (end-- != domain_modules_start)
		if ((*end)->fini_vcpu)
			(*end)->fini_vcpu(v);
}

int domain_modules_init_vcpu(struct vcpu *v)
{
	for (MODULE_ROW row = domain_modules_start; row != domain_modules_end; row++) {
		int rc = (*row)->init_vcpu ? (*row)->init_vcpu(v) : 0;

		if (rc) {
			fini_vcpu_before(row, v);
			return rc;
		}
	}
	return 0;
}

void domain_modules_fini_vcpu(struct vcpu *v)
{
	fini_vcpu_before(domain_modules_end, v);
}

/* Each row is asked again after -ERESTART, and those behind it too: they have nothing left then. */
int domain_modules_relinquish(struct domain *d)
{
	for (MODULE_ROW row = domain_modules_end; row-- != domain_modules_start;) {
		int rc = (*row)->relinquish ? (*row)->relinquish(d) : 0;

		if (rc)
			return rc;
	}
	return 0;
}

/* The same holds here. */
int domain_modules_drain(struct domain *d)
{
	for (MODULE_ROW row = domain_modules_end; row-- != domain_modules_start;) {
		int rc = (*row)->drain ? (*row)->drain(d) : 0;

		if (rc)
			return rc;
	}
	return 0;
}

void domain_notify_state(struct domain *d)
{
	for (MODULE_ROW row = domain_modules_start; row != domain_modules_end; row++)
		if ((*row)->state_changed)
			(*row)->state_changed(d);
}
