/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "asm/cpu_features.h"
#include "asm/cpu_policy.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "asm/xstate.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/domctl.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/irq.h"
#include "hv/rangeset.h"
#include "hv/sched.h"
#include "hv/softirq.h"
#include "hv/time.h"

#define COMPONENTS (XCR0_X87 | XCR0_SSE | XCR0_AVX)
#define STATE_BYTES 832
#define NR_RANGES 8
#define NR_PIRQS 64

/* No module hangs anything on domains. */
__asm__(".pushsection .data\n"
	".globl domain_modules_start\n.globl domain_modules_end\n.balign 8\n"
	"domain_modules_start:\ndomain_modules_end:\n.quad 0\n.popsection");

struct domain *control;
struct cpu_host cpu_host;
struct acpi_information acpi_information = {.nr_nodes = 2};
int install_result;
unsigned int nr_installed;

static struct domain *stranger;

uint64_t xstate_components(void)
{
	return COMPONENTS;
}

uint32_t xstate_bytes(void)
{
	return STATE_BYTES;
}

bool pv_xcr0_is_valid(uint64_t value)
{
	return (value & XCR0_X87) && !(value & ~COMPONENTS);
}

void pv_fpu_read(const struct vcpu *v, void *to)
{
	memset(to, v->id, STATE_BYTES);
}

int pv_fpu_write(struct vcpu *v, const void *from, size_t bytes)
{
	uint8_t copy[STATE_BYTES];

	memcpy(copy, from, bytes);
	return copy[FXSAVE_BYTES + 8] ? -EINVAL : 0;
}

void pv_fill_hypercall_page(void *page)
{
	memset(page, 0xcc, PAGE_SIZE);
}

int pv_vcpu_install(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	nr_installed++;
	if (!install_result)
		v->arch.registers.rip = context->user_regs.rip;
	return install_result;
}

int pv_mmu_drop_roots(struct vcpu *v)
{
	v->arch.pv.kernel_root = mfn_from(0);
	return 0;
}

const struct time_record *time_record_this_cpu(void)
{
	static const struct time_record record = {.multiplier = 0x80000000, .shift = -1};

	return &record;
}

uint32_t pirq_nr(const struct domain *d)
{
	return d->is_hardware ? NR_PIRQS : 0;
}

int event_set_virq_handler(struct domain *d, uint32_t virq)
{
	return virq < NR_VIRQS ? 0 : -EINVAL;
}

void domain_resume(struct domain *d) {}

int sched_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op)
{
	return op->cmd <= XEN_DOMCTL_SCHEDOP_getinfo ? 0 : -EINVAL;
}

uint32_t sched_pool_id(const struct domain *d)
{
	return 0;
}

void vcpu_get_effective_affinity(struct vcpu *v, struct cpumask *hard, struct cpumask *soft)
{
	*hard = v->affinity_hard;
	*soft = v->affinity_soft;
}

static bool mask_is_empty(const struct cpumask *mask)
{
	return bitmap_weight((const unsigned long *)mask->bits, NR_CPUS) == 0;
}

int vcpu_set_hard_affinity(struct vcpu *v, const struct cpumask *mask)
{
	if (mask_is_empty(mask))
		return -EINVAL;
	v->affinity_hard = *mask;
	return 0;
}

int vcpu_set_soft_affinity(struct vcpu *v, const struct cpumask *mask)
{
	if (mask_is_empty(mask))
		return -EINVAL;
	v->affinity_soft = *mask;
	return 0;
}

int vcpu_pin_override(struct vcpu *v, int32_t cpu)
{
	return -ENOENT;
}

uint64_t vcpu_cpu_time_ns(struct vcpu *v)
{
	return 1000 + v->id;
}

int vcpu_bring_up(struct vcpu *v)
{
	if (!v->is_initialised)
		return -EINVAL;
	v->pause_flags &= ~(uint64_t)VCPU_PAUSED_DOWN;
	return 0;
}

void arch_domain_fill_info(const struct domain *d, struct xen_domctl_getdomaininfo *info)
{
	info->gpaddr_bits = 46;
}

static struct rangeset *ranges_create(void)
{
	struct rangeset *set = object_alloc(sizeof(*set) + NR_RANGES * sizeof(struct range));

	if (set)
		rangeset_init(set, (struct range *)(set + 1), NR_RANGES);
	return set;
}

int arch_domain_init(struct domain *d, const struct domain_create_arguments *arguments)
{
	if (d->is_idle)
		return 0;
	d->arch.io_ports_allowed = ranges_create();
	d->arch.io_memory_allowed = ranges_create();
	d->arch.irqs_allowed = ranges_create();
	d->arch.policy = cpu_policy_create(d);
	if (d->arch.io_ports_allowed && d->arch.io_memory_allowed && d->arch.irqs_allowed &&
	    d->arch.policy)
		return 0;
	arch_domain_fini(d);
	return -ENOMEM;
}

void arch_domain_fini(struct domain *d)
{
	object_free(d->arch.io_ports_allowed);
	object_free(d->arch.io_memory_allowed);
	object_free(d->arch.irqs_allowed);
	cpu_policy_destroy(d->arch.policy);
}

int arch_vcpu_init(struct vcpu *v)
{
	v->arch.policy = v->domain->arch.policy;
	v->arch.pv.trap_table = object_alloc_array(256, sizeof(*v->arch.pv.trap_table));
	v->arch.pv.xsave_area = object_alloc(STATE_BYTES);
	if (v->arch.pv.trap_table && v->arch.pv.xsave_area)
		return 0;
	arch_vcpu_fini(v);
	return -ENOMEM;
}

void arch_vcpu_fini(struct vcpu *v)
{
	object_free(v->arch.pv.trap_table);
	object_free(v->arch.pv.xsave_area);
}

static void hardware_permit(struct domain *d)
{
	if (rangeset_add(d->arch.io_ports_allowed, 0x100, 0xffff) ||
	    rangeset_add(d->arch.io_memory_allowed, 0x1000, 0x100000) ||
	    rangeset_add(d->arch.irqs_allowed, 0, NR_PIRQS))
		abort();
}

static struct domain *caller_create(domid_t id, bool is_control)
{
	const struct domain_create_arguments arguments = {
		.id = id, .max_vcpus = 1, .is_control = is_control, .is_hardware = is_control};
	struct domain *d;
	struct vcpu *v;

	if (domain_create(&arguments, &d) || domain_create_vcpu(d, 0, &v))
		abort();
	return d;
}

void fixture_start(void)
{
	fake_machine_start();
	/* What domains point at is not lost: they lie in the arena. */
	__lsan_register_root_region((void *)DIRECT_MAP_START, DIRECT_MAP_BYTES);
	memset(cpu_host.features, 0xff, sizeof(cpu_host.features));
	cpu_host.max_leaf = 0x20;
	cpu_host.max_extended_leaf = 0x80000021;
	nr_cpus = FAKE_NR_CPUS;
	fake_cpus_set_online(FAKE_NR_CPUS);
	domain_init();
	control = caller_create(0, true);
	stranger = caller_create(DOMID_FIRST_RESERVED - 1, false);
	hardware_permit(control);
	fixture_act_as(true);
}

void fixture_act_as(bool is_control)
{
	fake_current_set((is_control ? control : stranger)->vcpu[0]);
}

static void domain_end(struct domain *d)
{
	int rc;

	while ((rc = domain_kill(d)) == -ERESTART)
		softirq_run();
	domain_put(d);
	if (rc)
		abort();
	/* A dead one goes by a tasklet. */
	softirq_run();
}

void fixture_clear(void)
{
	struct domain *d;

	fixture_act_as(true);
	while ((d = domain_get_from(1)) && d != stranger)
		domain_end(d);
	if (d)
		domain_put(d);
}

unsigned int fixture_nr_domains(void)
{
	unsigned int nr = 0;
	struct domain *d;

	for (domid_t id = 0; (d = domain_get_from(id)); id = (domid_t)(d->id + 1)) {
		nr += d != stranger;
		domain_put(d);
	}
	return nr;
}

int64_t fixture_domctl(struct xen_domctl *op, uint32_t command, uint16_t id)
{
	int64_t result;

	op->cmd = command;
	op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	op->domain = id;
	do {
		unsigned int before = fake_rewind.count;

		result = hypercall_domctl((uint64_t)op);
		if (fake_rewind.count == before)
			break;
		softirq_run();
	} while (true);
	return result;
}

void fixture_configure(struct xen_domctl *op)
{
	memset(op, 0, sizeof(*op));
	op->u.createdomain.max_vcpus = 2;
	op->u.createdomain.max_evtchn_port = 1023;
	op->u.createdomain.max_grant_frames = -1;
	op->u.createdomain.max_maptrack_frames = -1;
	op->u.createdomain.grant_opts = 2;
}
