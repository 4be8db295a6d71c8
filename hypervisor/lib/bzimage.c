/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unwraps Linux boot images. Source of the offsets: the Linux/x86 boot protocol, "the real-mode
 * kernel header".
 */
#include "hv/bzimage.h"
#include "hv/errno.h"
#include "hv/string.h"

/* Offsets in the image; fields are little-endian. */
#define HEADER_SETUP_SECTORS 0x1f1U
#define HEADER_BOOT_FLAG 0x1feU
#define HEADER_MAGIC 0x202U
#define HEADER_VERSION 0x206U
#define HEADER_PAYLOAD 0x248U /* from the start of the protected-mode code */
#define HEADER_PAYLOAD_SIZE 0x24cU
#define HEADER_END 0x250U

#define BOOT_FLAG 0xaa55U
#define HEADER_MAGIC_VALUE 0x53726448U /* "HdrS" */
#define VERSION_WITH_PAYLOAD 0x0208U
#define SECTOR_BYTES 512U
#define DEFAULT_SETUP_SECTORS 4U

static uint32_t read_field(const uint8_t *image, size_t offset, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint32_t)image[offset + i] << (8 * i);
	return value;
}

bool bzimage_is_bzimage(const void *image, size_t image_bytes)
{
	return image_bytes >= HEADER_END && read_field(image, HEADER_BOOT_FLAG, 2) == BOOT_FLAG &&
	       read_field(image, HEADER_MAGIC, 4) == HEADER_MAGIC_VALUE;
}

static const char *find_payload(const uint8_t *image, size_t image_bytes, struct bzimage *out)
{
	uint64_t setup_sectors, start, bytes;

	if (!bzimage_is_bzimage(image, image_bytes))
		return "bzImage: no boot protocol header";
	out->version = (uint16_t)read_field(image, HEADER_VERSION, 2);
	if (out->version < VERSION_WITH_PAYLOAD)
		return "bzImage: boot protocol older than 2.08";
	setup_sectors = image[HEADER_SETUP_SECTORS];
	if (setup_sectors == 0)
		setup_sectors = DEFAULT_SETUP_SECTORS;
	start = (setup_sectors + 1) * SECTOR_BYTES + read_field(image, HEADER_PAYLOAD, 4);
	bytes = read_field(image, HEADER_PAYLOAD_SIZE, 4);
	if (start > image_bytes || bytes > image_bytes - start)
		return "bzImage: payload lies outside the image";
	if (bytes <= sizeof(uint32_t))
		return "bzImage: no payload";
	out->payload = image + start;
	out->payload_bytes = bytes;
	out->decompressed_bytes = read_field(out->payload, bytes - sizeof(uint32_t), 4);
	return NULL;
}

int bzimage_read(const void *image, size_t image_bytes, struct bzimage *out, const char **error)
{
	struct bzimage found;
	const char *wrong = find_payload(image, image_bytes, &found);

	if (wrong) {
		*error = wrong;
		return -EINVAL;
	}
	*out = found;
	return 0;
}
