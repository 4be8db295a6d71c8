/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor side of a domain's and a vcpu's life, as hv/arch.h asks for it. */
#include "abi/arch_x86_64.h"
#include "abi/vcpu.h"
#include "asm/cpu_policy.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/rangeset.h"
#include "hv/sched.h"
#include "hv/string.h"

#define NR_PERMISSION_RANGES 64
#define SYSCALL_INSTRUCTION_BYTES 2
#define HYPERCALL_STUB_BYTES 32
#define NR_HYPERCALL_STUBS 128

static struct rangeset *permissions_create(void)
{
	struct rangeset *set =
		object_alloc(sizeof(*set) + NR_PERMISSION_RANGES * sizeof(struct range));

	if (set)
		rangeset_init(set, (struct range *)(set + 1), NR_PERMISSION_RANGES);
	return set;
}

int arch_domain_init(struct domain *d, const struct domain_create_arguments *arguments)
{
	(void)arguments;
	if (d->is_idle)
		return 0;
	d->arch.io_ports_allowed = permissions_create();
	d->arch.io_memory_allowed = permissions_create();
	d->arch.irqs_allowed = permissions_create();
	d->arch.policy = cpu_policy_create(d);
	if (d->arch.io_ports_allowed && d->arch.io_memory_allowed && d->arch.irqs_allowed &&
	    d->arch.policy) {
		arch_time_update_wallclock(d);
		return 0;
	}
	arch_domain_fini(d);
	return -ENOMEM;
}

int arch_domain_relinquish(struct domain *d)
{
	return pv_mmu_relinquish(d);
}

void arch_domain_fini(struct domain *d)
{
	object_free(d->arch.io_ports_allowed);
	object_free(d->arch.io_memory_allowed);
	object_free(d->arch.irqs_allowed);
	cpu_policy_destroy(d->arch.policy);
	object_free(d->arch.memory_map);
	memset(&d->arch, 0, sizeof(d->arch));
}

int arch_vcpu_init(struct vcpu *v)
{
	if (v->domain->is_idle)
		return 0;
	v->arch.policy = v->domain->arch.policy;
	return pv_vcpu_init(v);
}

void arch_vcpu_fini(struct vcpu *v)
{
	if (!v->domain->is_idle)
		pv_vcpu_fini(v);
}

struct xen_vcpu_info *arch_vcpu_shared_info_slot(struct domain *d, uint32_t id)
{
	/* The idle domain has no shared_info. */
	return d->shared_info && id < XEN_LEGACY_MAX_VCPUS ? &d->shared_info->vcpu_info[id] : NULL;
}

void arch_hypercall_rewind(uint32_t number, unsigned int nr_arguments, const uint64_t *arguments)
{
	struct registers *r = guest_registers();
	uint64_t *const registers[] = {&r->rdi, &r->rsi, &r->rdx, &r->r10, &r->r8, &r->r9};

	for (unsigned int i = 0; i < nr_arguments; i++)
		*registers[i] = arguments[i];
	r->rax = number;
	r->rip -= SYSCALL_INSTRUCTION_BYTES;
}

int arch_copy_to_guest_kernel(uint64_t guest_address, const void *from, size_t bytes)
{
	const struct vcpu *v = current_vcpu();
	uint64_t flags, root;
	int error;

	if (likely(v->arch.pv.in_kernel))
		return guest_copy_to(guest_address, from, bytes);
	flags = interrupts_save_off();
	root = read_cr3();
	write_cr3(mfn_to_paddr(v->arch.pv.kernel_root).a);
	error = guest_copy_to(guest_address, from, bytes);
	write_cr3(root);
	interrupts_restore(flags);
	return error;
}

static int64_t vcpu_send_nmi(struct vcpu *v)
{
	if (!__atomic_exchange_n(&v->arch.pv.bounce.nmi_pending, 1, __ATOMIC_SEQ_CST))
		vcpu_kick(v);
	return 0;
}

/* Only told to the hardware domain, of a vcpu that stays on one CPU. */
static int64_t vcpu_get_physid(const struct vcpu *v, uint64_t argument)
{
	const unsigned long *hard = v->affinity_hard.bits;
	size_t cpu = bitmap_find_first_set(hard, NR_CPUS);
	struct xen_vcpu_get_physid physid;

	if (!v->domain->is_hardware || cpu >= nr_cpus || bitmap_weight(hard, NR_CPUS) != 1)
		return -EINVAL;
	physid.phys_id = acpi_information.processors[cpu].apic_id |
			 (uint64_t)acpi_information.processors[cpu].acpi_id << 32;
	return guest_copy_to(argument, &physid, sizeof(physid));
}

int64_t arch_vcpu_op(uint32_t operation, struct vcpu *v, uint64_t argument)
{
	switch (operation) {
	case VCPUOP_send_nmi:
		return vcpu_send_nmi(v);
	case VCPUOP_get_physid:
		return vcpu_get_physid(v, argument);
	}
	return -ENOSYS;
}

/* mov $number, %eax; syscall; ret. Iret leaves nothing to return to: it pushes what the iret frame starts with. */
void pv_fill_hypercall_page(void *page)
{
	static const uint8_t call[] = {0x51, 0x41, 0x53, 0xb8, 0,    0,	   0,
				       0,    0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3};
	static const uint8_t iret[] = {0x51, 0x41, 0x53, 0x50, 0xb8, 0, 0, 0, 0, 0x0f, 0x05};
	uint8_t *code = memset(page, 0xcc, PAGE_SIZE);

	for (unsigned int i = 0; i < NR_HYPERCALL_STUBS; i++) {
		uint8_t *stub = code + i * HYPERCALL_STUB_BYTES;

		if (i == __HYPERVISOR_iret) {
			memcpy(stub, iret, sizeof(iret));
			stub[5] = (uint8_t)i;
		} else {
			memcpy(stub, call, sizeof(call));
			stub[4] = (uint8_t)i;
		}
	}
}
