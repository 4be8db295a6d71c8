/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dom0's kernel: from the boot module, through bzImage and compression, to an ELF image with PV notes, and into dom0's memory. */
#include "dom0_private.h"

#include "hv/boot.h"
#include "hv/bzimage.h"
#include "hv/decompress.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/string.h"
#include "hv/time.h"

#define ELF_BYTES_MAX GIB(1)

static unsigned int order_of_bytes(uint64_t bytes)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < bytes)
		order++;
	return order;
}

/* `size` is what the payload says it unpacks to where its own format doesn't (0: nobody says). */
static void image_unpack(struct dom0_image *image, const void *payload, size_t payload_bytes,
			 int format, uint64_t size)
{
	struct decompress_work *work = object_alloc(sizeof(*work));
	const char *error = NULL;
	uint64_t stated;
	uint64_t started = time_now_ns();

	if (!decompress_size(payload, payload_bytes, &stated))
		size = stated;
	if (!size || size > ELF_BYTES_MAX)
		panic("dom0 kernel: the %s payload doesn't state a usable size",
		      decompress_name(format));
	image->buffer_order = order_of_bytes(size);
	image->buffer = heap_alloc(image->buffer_order, HEAP_FLAG_DEFAULT | HEAP_FLAG_NO_SCRUB);
	if (!work || !image->buffer)
		panic("dom0 kernel: no memory to unpack %lu bytes", size);
	if (decompress(payload, payload_bytes, image->buffer, PAGE_SIZE << image->buffer_order,
		       &image->bytes, work, &error))
		panic("dom0 kernel: corrupt payload: %s", error);
	object_free(work);
	image->data = image->buffer;
	printk(LOG_INFO, "dom0 kernel: %s, %zu bytes unpacked to %zu in %lu ms\n",
	       decompress_name(format), payload_bytes, image->bytes,
	       (time_now_ns() - started) / NS_PER_MS);
}

static void image_unwrap(struct dom0_image *image, const void *module, size_t module_bytes)
{
	const void *payload = module;
	size_t payload_bytes = module_bytes;
	const char *error = NULL;
	uint64_t size = 0;
	int format;

	if (bzimage_is_bzimage(module, module_bytes)) {
		struct bzimage bz;

		if (bzimage_read(module, module_bytes, &bz, &error))
			panic("dom0 kernel: %s", error);
		payload = bz.payload;
		payload_bytes = bz.payload_bytes;
		size = bz.decompressed_bytes;
	}
	format = decompress_find_format(payload, payload_bytes);
	/* RFC 1952: a gzip member ends with the size of what was packed. */
	if (format == DECOMPRESS_GZIP && !size && payload_bytes > sizeof(uint32_t)) {
		uint32_t trailer;

		memcpy(&trailer, (const uint8_t *)payload + payload_bytes - sizeof(trailer),
		       sizeof(trailer));
		size = trailer;
	}
	if (format != DECOMPRESS_NONE) {
		image_unpack(image, payload, payload_bytes, format, size);
		return;
	}
	image->data = payload;
	image->bytes = payload_bytes;
}

static void image_check_notes(const struct dom0_image *image)
{
	const struct pv_notes *notes = &image->notes;

	if (notes->paddr_offset && notes->paddr_offset != notes->virt_base)
		panic("dom0 kernel: PADDR_OFFSET %lx is neither 0 nor VIRT_BASE",
		      notes->paddr_offset);
	if ((notes->virt_base & ~PAGE_MASK) || address_is_hypervisor(notes->virt_base))
		panic("dom0 kernel: VIRT_BASE %lx can't be used", notes->virt_base);
	if (notes->has_init_p2m &&
	    (address_is_hypervisor(notes->init_p2m) || (notes->init_p2m & (GIB(512) - 1))))
		panic("dom0 kernel: INIT_P2M %lx can't be used", notes->init_p2m);
	if (!address_is_canonical(notes->entry))
		panic("dom0 kernel: entry point %lx is not canonical", notes->entry);
}

void dom0_image_open(struct dom0_image *image)
{
	const struct boot_module *module = &boot_information.modules[0];
	const char *error = NULL;

	if (!boot_information.nr_modules)
		panic("no dom0 kernel: the boot loader gave no modules; add `module2 <kernel> "
		      "<options>` to its entry");
	image_unwrap(image, paddr_to_virt(module->start), module->bytes);
	if (elf_open(&image->elf, image->data, image->bytes, &error))
		panic("dom0 kernel: %s", error);
	if (pvnotes_read(&image->elf, &image->notes, &error))
		panic("dom0 kernel: %s", error);
	image_check_notes(image);
	if (elf_find_load_range(&image->elf, &image->start, &image->end))
		panic("dom0 kernel: its load segments have no sensible range");
	image->start -= image->notes.paddr_offset;
	image->end -= image->notes.paddr_offset;
	if (image->start > image->end || image->end > ELF_BYTES_MAX)
		panic("dom0 kernel: loads at %lx-%lx, out of its first GiB", image->start,
		      image->end);
	image->start = ROUND_DOWN(image->start, PAGE_SIZE);
	image->end = ROUND_UP(image->end, PAGE_SIZE);
	printk(LOG_INFO, "dom0 kernel: %s %s for %s, entry %lx, base %lx\n", image->notes.guest_os,
	       image->notes.guest_version, image->notes.xen_version, image->notes.entry,
	       image->notes.virt_base);
}

/* Copies to consecutive pseudo-physical addresses; data NULL: zeroes. */
static void image_copy(const struct dom0_plan *plan, uint64_t physical, const uint8_t *data,
		       uint64_t bytes)
{
	while (bytes) {
		uint64_t offset = physical % PAGE_SIZE;
		uint64_t n = MIN(bytes, PAGE_SIZE - offset);
		char *to = (char *)dom0_page(plan, physical / PAGE_SIZE) + offset;

		if (data) {
			memcpy(to, data, n);
			data += n;
		} else {
			memset(to, 0, n);
		}
		physical += n;
		bytes -= n;
	}
}

void dom0_image_load(const struct dom0_image *image, const struct dom0_plan *plan)
{
	for (unsigned int i = 0; i < image->elf.nr_segments; i++) {
		struct elf_segment segment;
		uint64_t physical;

		elf_read_segment(&image->elf, i, &segment);
		if (segment.type != ELF_PT_LOAD || !segment.mem_bytes)
			continue;
		physical = segment.phys - image->notes.paddr_offset;
		image_copy(plan, physical, segment.data, segment.file_bytes);
		image_copy(plan, physical + segment.file_bytes, NULL,
			   segment.mem_bytes - segment.file_bytes);
	}
}

void dom0_image_close(struct dom0_image *image)
{
	if (image->buffer)
		heap_free(image->buffer, image->buffer_order);
	image->buffer = NULL;
}
