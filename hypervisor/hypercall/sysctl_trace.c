/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl: trace buffers. They are made once, processor by processor, and stay:
 * the control domain maps their frames as the hypervisor's.
 */
#include "abi/trace.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/printk.h"
#include "hv/string.h"
#include "hv/trace.h"
#include "sysctl.h"
#include "xenctl_bitmap.h"

#define MAX_PAGES 4096U

/* Changed by whoever holds is_busy. */
static struct {
	bool is_busy;	   /* [a] */
	bool is_made;	   /* every processor has its buffer [a] */
	uint32_t nr_pages; /* of each */
	uint32_t nr_done;  /* processors */
	struct xen_t_info *info;
	unsigned int info_order;
	struct xen_t_buf **rings; /* of each processor */
} buffers;

static void notify(void)
{
	event_send_virq_global(VIRQ_TBUF);
}

/* In 32-bit words: where a processor's list of frames is in the information. */
static uint32_t list_offset(unsigned int cpu)
{
	uint32_t header = (uint32_t)(sizeof(struct xen_t_info) + nr_cpus * sizeof(uint16_t));

	return (header + 3) / 4 + cpu * buffers.nr_pages;
}

static unsigned int order_of(uint64_t bytes)
{
	unsigned int order = 0;

	while (PAGE_SIZE << order < bytes)
		order++;
	return order;
}

static int buffers_begin(uint32_t nr_pages)
{
	if (nr_pages == 0 || nr_pages > MAX_PAGES)
		return -EINVAL;
	buffers.nr_pages = nr_pages;
	buffers.nr_done = 0;
	if (list_offset(nr_cpus) > UINT16_MAX)
		return -EINVAL;
	buffers.info_order = order_of(list_offset(nr_cpus) * 4UL);
	buffers.info = heap_alloc(buffers.info_order, HEAP_FLAG_DEFAULT);
	buffers.rings = object_alloc_array(nr_cpus, sizeof(buffers.rings[0]));
	if (!buffers.info || !buffers.rings)
		return -ENOMEM;
	buffers.info->tbuf_size = (uint16_t)nr_pages;
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		buffers.info->mfn_offset[cpu] = (uint16_t)list_offset(cpu);
	return 0;
}

static uint32_t *list_of(unsigned int cpu)
{
	return (uint32_t *)(void *)buffers.info + list_offset(cpu);
}

static void pages_free(unsigned int cpu)
{
	const uint32_t *list = list_of(cpu);

	for (uint32_t i = 0; i < buffers.nr_pages && list[i]; i++)
		heap_free(mfn_to_virt(mfn_from(list[i])), 0);
}

/* Its pages and a mapping of them in a row. */
static int ring_make(unsigned int cpu)
{
	mfn_t *mfns = object_alloc_array(buffers.nr_pages, sizeof(*mfns));
	uint32_t i;

	for (i = 0; mfns && i < buffers.nr_pages; i++) {
		void *page = heap_alloc(0, HEAP_FLAG_DEFAULT);

		if (!page)
			break;
		mfns[i] = virt_to_mfn(page);
		list_of(cpu)[i] = (uint32_t)mfns[i].n;
	}
	if (mfns && i == buffers.nr_pages)
		buffers.rings[cpu] = vmap_map(mfns, i, PTE_HV_DATA);
	object_free(mfns);
	return buffers.rings[cpu] ? 0 : -ENOMEM;
}

/* Nothing was shared yet. */
static void buffers_free(void)
{
	for (unsigned int cpu = 0; buffers.info && buffers.rings && cpu < nr_cpus; cpu++) {
		if (buffers.rings[cpu])
			vmap_unmap(buffers.rings[cpu]);
		pages_free(cpu);
	}
	if (buffers.info)
		heap_free(buffers.info, buffers.info_order);
	object_free(buffers.rings);
	buffers.info = NULL;
	buffers.rings = NULL;
	buffers.nr_pages = 0;
}

static void ring_share(unsigned int cpu)
{
	for (uint32_t i = 0; i < buffers.nr_pages; i++)
		heap_share_with(mfn_to_virt(mfn_from(list_of(cpu)[i])), hypervisor_domain, true);
	/* One that was never started records nothing when it comes. */
	if (percpu_exists(cpu))
		trace_set_ring(cpu, buffers.rings[cpu], buffers.nr_pages << PAGE_SHIFT);
}

static void buffers_finish(void)
{
	char *info = (char *)buffers.info;

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		ring_share(cpu);
	for (uint64_t at = 0; at < PAGE_SIZE << buffers.info_order; at += PAGE_SIZE)
		heap_share_with(info + at, hypervisor_domain, false);
	trace_set_notify(notify);
	__atomic_store_n(&buffers.is_made, true, __ATOMIC_RELEASE);
}

/* One processor's buffer at a time; who comes again goes on where it stopped. */
static int buffers_make(uint32_t nr_pages)
{
	int rc = buffers.info ? 0 : buffers_begin(nr_pages);

	if (!rc && buffers.nr_pages != nr_pages)
		return -EBUSY;
	while (!rc && buffers.nr_done < nr_cpus) {
		rc = ring_make(buffers.nr_done);
		if (!rc && ++buffers.nr_done < nr_cpus && hypercall_is_preempt_due())
			return -ERESTART;
	}
	if (rc)
		buffers_free();
	else
		buffers_finish();
	return rc;
}

static int64_t tbuf_get_info(struct xen_sysctl_tbuf_op *op)
{
	bool is_made = __atomic_load_n(&buffers.is_made, __ATOMIC_ACQUIRE);

	op->evt_mask = trace_get_events();
	op->buffer_mfn = is_made ? virt_to_mfn(buffers.info).n : 0;
	op->size = is_made ? (uint32_t)(PAGE_SIZE << buffers.info_order) : 0;
	return 0;
}

static int64_t tbuf_set_cpu_mask(struct xen_sysctl_tbuf_op *op)
{
	struct cpumask cpus = {{0}};
	int rc = xenctl_bitmap_read(&op->cpu_mask, cpus.bits, nr_cpus);

	if (rc == 0)
		trace_set_cpus(&cpus);
	return rc;
}

static int64_t tbuf_set_event_mask(struct xen_sysctl_tbuf_op *op)
{
	trace_set_events(op->evt_mask);
	return 0;
}

/* Once; a tool that asks for the size that there is gets the same answer as for another, as the peer has it. */
static int64_t tbuf_set_size(struct xen_sysctl_tbuf_op *op)
{
	int rc;

	if (__atomic_load_n(&buffers.is_made, __ATOMIC_ACQUIRE))
		return -EINVAL;
	if (__atomic_exchange_n(&buffers.is_busy, true, __ATOMIC_ACQUIRE))
		return -EBUSY;
	rc = buffers.is_made ? -EINVAL : buffers_make(op->size);
	__atomic_store_n(&buffers.is_busy, false, __ATOMIC_RELEASE);
	return rc;
}

static int64_t tbuf_enable(struct xen_sysctl_tbuf_op *op)
{
	(void)op;
	if (!__atomic_load_n(&buffers.is_made, __ATOMIC_ACQUIRE))
		return -EINVAL;
	hypercall_trace(true);
	arch_trace_exceptions(true);
	trace_set_on(true);
	return 0;
}

static int64_t tbuf_disable(struct xen_sysctl_tbuf_op *op)
{
	(void)op;
	trace_set_on(false);
	hypercall_trace(false);
	arch_trace_exceptions(false);
	return 0;
}

int64_t sysctl_tbuf_op(struct sysctl_call *call)
{
	static int64_t (*const handlers[])(struct xen_sysctl_tbuf_op * op) = {
		[XEN_SYSCTL_TBUFOP_get_info] = tbuf_get_info,
		[XEN_SYSCTL_TBUFOP_set_cpu_mask] = tbuf_set_cpu_mask,
		[XEN_SYSCTL_TBUFOP_set_evt_mask] = tbuf_set_event_mask,
		[XEN_SYSCTL_TBUFOP_set_size] = tbuf_set_size,
		[XEN_SYSCTL_TBUFOP_enable] = tbuf_enable,
		[XEN_SYSCTL_TBUFOP_disable] = tbuf_disable,
	};
	struct xen_sysctl_tbuf_op *op = &call->op.u.tbuf_op;

	/* The number is what the buffers have, whoever began them. */
	call->done = 0;
	if (op->cmd >= ARRAY_SIZE(handlers))
		return -EINVAL;
	return handlers[index_clamp(op->cmd, ARRAY_SIZE(handlers))](op);
}
