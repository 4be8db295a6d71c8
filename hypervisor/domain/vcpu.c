/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and freeing vcpus, and the step from "down" to "may run". */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "lifecycle.h"

/* Where the guest reads its pending flags at first: its slot of shared_info or a scratch area. */
static int vcpu_info_init(struct vcpu *v)
{
	/* The pseudo-domains have no shared_info. */
	if (v->domain->shared_info)
		v->info = arch_vcpu_shared_info_slot(v->domain, v->id);
	if (!v->info) {
		v->info_private = object_alloc(sizeof(*v->info_private));
		if (!v->info_private)
			return -ENOMEM;
		v->info = v->info_private;
	}
	v->info->evtchn_upcall_mask = 1;
	return 0;
}

static struct vcpu *vcpu_alloc(struct domain *d, uint32_t id)
{
	struct vcpu *v = object_alloc(sizeof(*v));

	if (!v)
		return NULL;
	v->domain = d;
	v->id = id;
	v->pause_flags = VCPU_PAUSED_DOWN;
	if (vcpu_info_init(v)) {
		object_free(v);
		return NULL;
	}
	return v;
}

static void vcpu_free(struct vcpu *v)
{
	object_free(v->info_private);
	object_free(v);
}

static int vcpu_init(struct vcpu *v)
{
	int rc;

	/* Idle vcpus never enter a guest: only the scheduler knows them. */
	if (v->domain->is_idle)
		return 0;
	rc = arch_vcpu_init(v);
	if (rc)
		return rc;
	rc = domain_modules_init_vcpu(v);
	if (rc)
		arch_vcpu_fini(v);
	return rc;
}

static int vcpu_publish(struct domain *d, struct vcpu *v)
{
	int rc = 0;

	spin_lock(&d->lock);
	if (domain_is_dying(d))
		rc = -EINVAL;
	else if (d->vcpu[v->id])
		rc = -EEXIST;
	else
		__atomic_store_n(&d->vcpu[v->id], v, __ATOMIC_RELEASE);
	spin_unlock(&d->lock);
	return rc;
}

int domain_create_vcpu(struct domain *d, uint32_t id, struct vcpu **out)
{
	struct vcpu *v;
	int rc;

	if (id >= d->max_vcpus || domain_is_dying(d))
		return -EINVAL;
	if (d->vcpu[id])
		return -EEXIST;
	v = vcpu_alloc(d, id);
	if (!v)
		return -ENOMEM;
	rc = vcpu_init(v);
	if (rc) {
		vcpu_free(v);
		return rc;
	}
	rc = vcpu_publish(d, v);
	if (rc) {
		vcpu_destroy(v);
		return rc;
	}
	*out = v;
	return 0;
}

void vcpu_destroy(struct vcpu *v)
{
	if (!v->domain->is_idle) {
		domain_modules_fini_vcpu(v);
		arch_vcpu_fini(v);
	}
	vcpu_free(v);
}

void vcpu_set_initialised(struct vcpu *v)
{
	__atomic_store_n(&v->is_initialised, true, __ATOMIC_RELEASE);
}
