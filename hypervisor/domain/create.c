/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a domain: the struct, shared_info, the processor side, the modules,
 * and only then its place in the table. Also the pseudo-domains that own what
 * no guest owns.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/string.h"
#include "lifecycle.h"

struct domain *idle_domain, *hardware_domain;
struct domain *io_domain, *hypervisor_domain;

static int arguments_check(const struct domain_create_arguments *arguments)
{
	if (arguments->id >= DOMID_FIRST_RESERVED)
		return -EINVAL;
	if (arguments->max_vcpus == 0 || arguments->max_vcpus > DOMAIN_MAX_VCPUS)
		return -EINVAL;
	if (arguments->is_hardware && hardware_domain)
		return -EINVAL;
	return 0;
}

static struct domain *struct_create(const struct domain_create_arguments *arguments)
{
	struct domain *d = domain_struct_alloc();

	if (!d)
		return NULL;
	d->id = arguments->id;
	d->is_control = arguments->is_control;
	d->is_hardware = arguments->is_hardware;
	d->is_idle = arguments->is_idle;
	d->state = DOMAIN_ALIVE;
	d->shutdown_code = SHUTDOWN_CODE_NONE;
	d->creation_flags = arguments->creation_flags;
	memcpy(d->handle, arguments->handle, sizeof(d->handle));
	d->max_vcpus = arguments->max_vcpus;
	d->max_pages = arguments->max_pages;
	spinlock_init(&d->lock, LOCK_domain);
	spinlock_init(&d->page_lock, LOCK_page_list);
	page_list_init(&d->page_list);
	page_list_init(&d->shared_list);
	domain_init_destroy(d);
	return d;
}

static int parts_alloc(struct domain *d)
{
	void *shared = heap_alloc(0, HEAP_FLAG_DEFAULT);

	if (!shared)
		return -ENOMEM;
	d->vcpu = object_alloc_array(d->max_vcpus, sizeof(d->vcpu[0]));
	if (!d->vcpu) {
		heap_free(shared, 0);
		return -ENOMEM;
	}
	d->shared_info = shared;
	d->shared_info_mfn = virt_to_mfn(shared);
	heap_share_with(shared, d, true);
	return 0;
}

static void parts_free(struct domain *d)
{
	/* Nobody but its makers has seen the domain, so nothing maps the page. */
	BUG_ON(!heap_unshare(d->shared_info));
	heap_free(d->shared_info, 0);
	object_free(d->vcpu);
}

static int layers_init(struct domain *d, const struct domain_create_arguments *arguments)
{
	int rc = arch_domain_init(d, arguments);

	if (rc)
		return rc;
	rc = domain_modules_init_domain(d, arguments);
	if (rc)
		arch_domain_fini(d);
	return rc;
}

static void layers_fini(struct domain *d)
{
	domain_modules_fini_domain(d);
	arch_domain_fini(d);
}

static int publish(struct domain *d)
{
	int rc;

	d->pause_count = 1;
	d->controller_pause_count = 1;
	rc = domain_table_insert(d);
	if (rc)
		return rc;
	if (d->is_hardware)
		hardware_domain = d;
	/* Only now may anybody get at it, a reader of the struct's former domain included. */
	__atomic_store_n(&d->references, 1, __ATOMIC_RELEASE);
	return 0;
}

static int build(struct domain *d, const struct domain_create_arguments *arguments)
{
	int rc = parts_alloc(d);

	if (rc)
		return rc;
	rc = layers_init(d, arguments);
	if (rc == 0) {
		rc = publish(d);
		if (rc)
			layers_fini(d);
	}
	if (rc)
		parts_free(d);
	return rc;
}

int domain_create(const struct domain_create_arguments *arguments, struct domain **out)
{
	struct domain *d;
	int rc = arguments_check(arguments);

	if (rc)
		return rc;
	d = struct_create(arguments);
	if (!d)
		return -ENOMEM;
	rc = build(d, arguments);
	if (rc) {
		domain_struct_free(d);
		return rc;
	}
	*out = d;
	return 0;
}

void domain_destroy_parts(struct domain *d)
{
	layers_fini(d);
	heap_free(d->shared_info, 0);
	object_free(d->vcpu);
}

/* No vcpus but idle's, no look-up by id, never freed. */
static struct domain *pseudo_create(domid_t id, uint32_t max_vcpus)
{
	struct domain_create_arguments arguments = {
		.id = id,
		.max_vcpus = max_vcpus,
		.is_idle = id == DOMID_IDLE,
	};
	struct domain *d = struct_create(&arguments);

	if (!d)
		panic("no memory for the pseudo-domain %#x", id);
	if (max_vcpus) {
		d->vcpu = object_alloc_array(max_vcpus, sizeof(d->vcpu[0]));
		if (!d->vcpu)
			panic("no memory for %u idle vcpus", max_vcpus);
	}
	d->references = 1;
	return d;
}

void domain_init(void)
{
	idle_domain = pseudo_create(DOMID_IDLE, NR_CPUS);
	io_domain = pseudo_create(DOMID_IO, 0);
	hypervisor_domain = pseudo_create(DOMID_XEN, 0);
}
