/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds dom0 from the boot modules: the kernel (module 1), its command line,
 * an optional RAM disk (module 2). Every failure stops with a sentence that
 * says what is wrong and where.
 */
#include "abi/arch_x86_64.h"
#include "abi/features.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "dom0_private.h"
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/cpu.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/sched.h"
#include "hv/string.h"

#define DOM0_EVENT_PORTS_MAX UINT32_MAX
#define DOM0_GRANT_FRAMES 64
#define DOM0_MAPTRACK_FRAMES 1024

static uint32_t dom0_max_vcpus;
INTEGER_PARAMETER("dom0_max_vcpus", dom0_max_vcpus, "number of dom0's vcpus; default: all CPUs");
static bool dom0_vcpus_pin;
BOOLEAN_PARAMETER("dom0_vcpus_pin", dom0_vcpus_pin, "each vcpu of dom0 stays on its CPU");

static uint32_t dom0_nr_vcpus(void)
{
	uint32_t nr = (uint32_t)bitmap_weight(cpus_online.bits, NR_CPUS);

	return dom0_max_vcpus ? MIN(dom0_max_vcpus, 512U) : nr;
}

static void dom0_create(struct dom0_plan *plan)
{
	struct domain_create_arguments arguments = {
		.id = 0,
		.max_vcpus = dom0_nr_vcpus(),
		.max_event_port = DOM0_EVENT_PORTS_MAX,
		.max_grant_frames = DOM0_GRANT_FRAMES,
		.max_maptrack_frames = DOM0_MAPTRACK_FRAMES,
		.max_grant_version = 2,
		.max_pages = dom0_memory_maximum_pages(),
		.is_control = true,
		.is_hardware = true,
	};
	int error = domain_create(&arguments, &plan->d);

	for (uint32_t i = 0; i < arguments.max_vcpus && !error; i++) {
		struct vcpu *v;

		error = domain_create_vcpu(plan->d, i, &v);
		if (!error && dom0_vcpus_pin) {
			struct cpumask one = {{0}};

			bitmap_set(one.bits, i % nr_cpus);
			error = vcpu_set_hard_affinity(v, &one);
		}
	}
	if (error)
		panic("dom0: can't be created with %u vcpus (%d)", arguments.max_vcpus, error);
	plan->v = plan->d->vcpu[0];
}

static void dom0_plan_initrd(struct dom0_plan *plan)
{
	const struct boot_module *module = &boot_information.modules[1];

	if (boot_information.nr_modules < 2)
		return;
	plan->initrd_bytes = module->bytes;
	plan->initrd_pages = ROUND_UP(module->bytes, PAGE_SIZE) / PAGE_SIZE;
}

static void dom0_check_room(const struct dom0_plan *plan)
{
	uint64_t needed = plan->map_end_pfn + plan->initrd_pages + plan->p2m_pages;

	if (needed > plan->nr_pages)
		panic("dom0: kernel, RAM disk and lists need %lu MiB, dom0_mem gives %lu MiB",
		      needed * PAGE_SIZE / MIB(1), plan->nr_pages * PAGE_SIZE / MIB(1));
}

static void start_info_fill_initrd(const struct dom0_plan *plan, const struct pv_notes *notes,
				   struct xen_start_info *info)
{
	if (!plan->initrd_pages)
		return;
	if (!notes->mod_start_pfn)
		panic("dom0 kernel: it wants its RAM disk mapped (no MOD_START_PFN note), which is "
		      "not offered");
	info->flags |= SIF_MOD_START_PFN;
	info->mod_start = plan->initrd_pfn;
	info->mod_len = plan->initrd_bytes;
}

static void start_info_fill(const struct dom0_plan *plan, const struct dom0_image *image)
{
	struct xen_start_info *info = memset(dom0_page(plan, plan->start_info_pfn), 0, PAGE_SIZE);
	struct xen_dom0_vga_console_info *video = (void *)(info + 1);

	strlcpy((char *)info->magic, "xen-3.0-x86_64", sizeof(info->magic));
	info->nr_pages = plan->nr_pages;
	info->shared_info = mfn_to_paddr(plan->d->shared_info_mfn).a;
	info->flags = SIF_PRIVILEGED | SIF_INITDOMAIN;
	info->pt_base = plan->base + plan->tables_pfn * PAGE_SIZE;
	info->nr_pt_frames = plan->nr_table_pages;
	info->mfn_list = plan->p2m_address;
	if (image->notes.has_init_p2m) {
		info->first_p2m_pfn = plan->p2m_pfn;
		info->nr_p2m_frames = plan->p2m_pages;
	}
	start_info_fill_initrd(plan, &image->notes, info);
	if (plan->command_line && strlcpy((char *)info->cmd_line, plan->command_line,
					  sizeof(info->cmd_line)) >= sizeof(info->cmd_line))
		printk(LOG_WARNING, "dom0: command line cut at %zu bytes\n",
		       sizeof(info->cmd_line));
	if (dom0_video_fill(video)) {
		info->console.dom0.info_off = sizeof(*info);
		info->console.dom0.info_size = sizeof(*video);
	}
}

static void dom0_vcpu_start(const struct dom0_plan *plan, const struct dom0_image *image)
{
	struct vcpu *v = plan->v;
	struct registers *r = &v->arch.registers;

	memset(r, 0, sizeof(*r));
	r->rip = image->notes.entry;
	r->cs = FLAT_KERNEL_CS64;
	r->ss = FLAT_KERNEL_SS64;
	r->rflags = RFLAGS_IF | 2;
	r->rsp = plan->base + (plan->stack_pfn + 1) * PAGE_SIZE;
	r->rsi = plan->base + plan->start_info_pfn * PAGE_SIZE;
	v->arch.pv.in_kernel = true;
	v->arch.pv.cr3 = mfn_to_paddr(v->arch.pv.kernel_root).a;
	v->is_initialised = true;
	for (uint32_t i = 0; i < plan->d->max_vcpus; i++)
		plan->d->vcpu[i]->info->evtchn_upcall_mask = 1;
}

static void dom0_fill_hypercall_page(const struct dom0_plan *plan, const struct pv_notes *notes)
{
	uint64_t pfn = (notes->hypercall_page - notes->virt_base) / PAGE_SIZE;

	if (!notes->has_hypercall_page)
		return;
	if (pfn >= plan->map_end_pfn)
		panic("dom0 kernel: HYPERCALL_PAGE %lx is out of its image", notes->hypercall_page);
	pv_fill_hypercall_page(dom0_page(plan, pfn));
}

void dom0_build(void)
{
	struct dom0_image image = {0};
	struct dom0_plan plan = {.command_line = boot_information.modules[0].arguments};

	dom0_image_open(&image);
	dom0_create(&plan);
	dom0_plan_initrd(&plan);
	plan.nr_pages = dom0_memory_wanted_pages(plan.initrd_pages);
	dom0_tables_plan(&plan, &image);
	dom0_check_room(&plan);
	dom0_memory_build(&plan);
	dom0_image_load(&image, &plan);
	start_info_fill(&plan, &image);
	dom0_fill_hypercall_page(&plan, &image.notes);
	dom0_image_close(&image);
	dom0_tables_build(&plan, &image);
	dom0_permit_hardware(plan.d);
	dom0_vcpu_start(&plan, &image);
	printk(LOG_INFO, "dom0: %lu MiB, %u vcpus, RAM disk %lu KiB at frame %lx\n",
	       plan.nr_pages * PAGE_SIZE / MIB(1), plan.d->max_vcpus, plan.initrd_bytes / 1024,
	       plan.initrd_pfn);
	__atomic_and_fetch(&plan.v->pause_flags, ~(uint64_t)VCPU_PAUSED_DOWN, __ATOMIC_SEQ_CST);
	if (domain_unpause_by_controller(plan.d))
		panic("dom0 isn't paused by its builder");
	vcpu_wake(plan.v);
}
