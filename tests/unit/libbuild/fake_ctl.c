/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_ctl.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct fake fake;

void fake_init(uint64_t free_frames)
{
	fake = (struct fake){.free_frames = free_frames,
			     .next_frame = FAKE_FRAMES,
			     .large_left = 1000,
			     .extra = ".0-trestle",
			     .claimed = UINT64_MAX};
	fake.frames = memfd_create("frames", MFD_CLOEXEC);
	if (ftruncate(fake.frames, FAKE_FRAMES * 4096))
		return;
	fake.memory = mmap(NULL, FAKE_FRAMES * 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			   fake.frames, 0);
}

void fake_fini(void)
{
	munmap(fake.memory, FAKE_FRAMES * 4096);
	close(fake.frames);
}

void *fake_frame(uint64_t frame)
{
	return fake.memory + frame * 4096;
}

/* Each function asks here whether it is the one that fails. */
static bool refused(void)
{
	if (++fake.calls != fake.refuse_call)
		return false;
	errno = fake.refuse_error;
	return true;
}

int ctl_domain_claim_pages(struct ctl *ctl, uint32_t domid, uint64_t pages)
{
	if (refused())
		return -1;
	if (pages > fake.free_frames) {
		errno = ENOMEM;
		return -1;
	}
	fake.claimed = pages;
	return 0;
}

int ctl_physical_info(struct ctl *ctl, struct xen_sysctl_physinfo *info)
{
	*info = (struct xen_sysctl_physinfo){.free_pages = fake.free_frames};
	return 0;
}

static void take(uint64_t frame, uint64_t pfn, uint64_t pages)
{
	memset(fake_frame(frame), fake.fill, pages * 4096);
	for (uint64_t i = 0; i < pages; i++)
		fake.pfn_of[frame + i] = pfn + i;
}

int ctl_memory_populate(struct ctl *ctl, uint32_t domid, unsigned int order, uint32_t memory_flags,
			xen_pfn_t *frames, uint32_t *count)
{
	uint64_t pages = 1UL << order;
	uint32_t done = 0;

	if (refused())
		return -1;
	for (; done < *count; done++) {
		if (fake.free_frames < pages || (order && !fake.large_left))
			break;
		if (order)
			fake.large_left--;
		fake.free_frames -= pages;
		fake.next_frame = (fake.next_frame - pages) & ~(pages - 1);
		take(fake.next_frame, frames[done], pages);
		frames[done] = fake.next_frame;
	}
	*(order ? &fake.large_extents : &fake.small_extents) += done;
	*count = done;
	return 0;
}

void *ctl_memory_map(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
		     const xen_pfn_t *frames)
{
	uint8_t *at;

	if (refused())
		return NULL;
	at = mmap(NULL, pages * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < pages; i++)
		mmap(at + i * 4096, 4096, protection, MAP_SHARED | MAP_FIXED, fake.frames,
		     (off_t)(frames[i] * 4096));
	fake.mapped_pages += (unsigned int)pages;
	return at;
}

void ctl_memory_unmap(struct ctl *ctl, void *address, size_t pages)
{
	munmap(address, pages * 4096);
	fake.mapped_pages -= (unsigned int)pages;
}

int ctl_version(struct ctl *ctl, struct ctl_version *version)
{
	if (refused())
		return -1;
	memset(version, 0, sizeof(*version));
	strncpy(version->extra, fake.extra, sizeof(version->extra) - 1);
	return 0;
}

int ctl_domain_info(struct ctl *ctl, uint32_t domid, struct xen_domctl_getdomaininfo *info)
{
	if (refused())
		return -1;
	*info = (struct xen_domctl_getdomaininfo){.domain = (domid_t)domid,
						  .shared_info_frame = FAKE_SHARED_FRAME};
	return 0;
}

int ctl_domain_set_memory_map_limit(struct ctl *ctl, uint32_t domid, uint64_t kib)
{
	fake.map_kib = kib;
	return refused() ? -1 : 0;
}

int ctl_event_alloc_unbound(struct ctl *ctl, uint32_t domid, uint32_t remote, uint32_t *port)
{
	*port = ++fake.ports;
	return refused() ? -1 : 0;
}

void *ctl_grant_table_map(struct ctl *ctl, uint32_t domid, uint32_t frames,
			  struct ctl_resource **resource)
{
	if (refused())
		return NULL;
	fake.mapped_pages++;
	*resource = (struct ctl_resource *)&fake;
	return fake_frame(FAKE_GRANT_FRAME);
}

void ctl_resource_unmap(struct ctl *ctl, struct ctl_resource *resource)
{
	fake.mapped_pages--;
}

int ctl_mmuext(struct ctl *ctl, uint32_t domid, const struct mmuext_op *op)
{
	if (refused())
		return -1;
	fake.pinned_frame = op->cmd == MMUEXT_PIN_L4_TABLE ? op->arg1.mfn : 0;
	fake.mapped_when_pinned = fake.mapped_pages;
	return 0;
}

int ctl_domctl(struct ctl *ctl, uint32_t cmd, uint32_t domid, struct xen_domctl *op)
{
	if (refused())
		return -1;
	if (cmd == XEN_DOMCTL_hypercall_init)
		fake.hypercall_frame = op->u.hypercall_init.gmfn;
	return 0;
}

int ctl_vcpu_set_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 const vcpu_guest_context_t *context)
{
	if (refused())
		return -1;
	fake.context = *context;
	fake.has_context = true;
	return 0;
}
