/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a core file and where its parts are. Pure. Published in the format's description that
 * xen-doc has (dump-core-format).
 */
#ifndef LIBDOM_DUMP_FORMAT_H
#define LIBDOM_DUMP_FORMAT_H

#include <elf.h>
#include <stdint.h>

#include "libctl/ctl.h"

/* An entry of .xen_p2m; page n of .xen_pages is that of entry n. */
struct dump_page {
	uint64_t pfn, frame;
};

enum dump_section {
	DUMP_NULL,
	DUMP_NAMES,
	DUMP_NOTE,
	DUMP_CONTEXTS,
	DUMP_SHARED_INFO,
	DUMP_P2M,
	DUMP_PAGES,
	NR_DUMP_SECTIONS,
};

struct dump_note_head {
	Elf64_Nhdr head;
	char name[4];
};

struct dump_note {
	struct dump_note_head none;
	struct dump_note_head header_head;
	uint64_t magic, nr_vcpus, nr_pages, page_bytes;
	struct dump_note_head version_head;
	struct {
		uint64_t major, minor;
		char extra[16], compiler[64], compile_by[16], compile_domain[32], compile_date[32],
			capabilities[1024], changeset[64];
		uint64_t virt_start, page_bytes;
	} version;
	struct dump_note_head format_head;
	uint64_t format;
};

#define DUMP_NAMES_BYTES 96

/* All of the file before the contexts. */
struct dump_layout {
	Elf64_Ehdr head;
	Elf64_Shdr sections[NR_DUMP_SECTIONS];
	char names[DUMP_NAMES_BYTES];
	struct dump_note note;
};

void dump_format_layout(struct dump_layout *layout, const struct ctl_version *version,
			uint32_t nr_vcpus, uint64_t nr_pages);

#endif
