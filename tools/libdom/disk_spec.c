/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disk specifications, xl-disk-configuration(5): parameters between commas that are keywords, pairs,
 * or fill the positions target, format, vdev, access; `target=' takes the rest. The forms of older
 * tools are read as well: prefixes before the target, "vdev:cdrom", no format.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libdom/disk.h"
#include "libdom/spec_script.h"

#define VALUE_BYTES DISK_TARGET_BYTES

enum slot {
	SLOT_TARGET,
	SLOT_FORMAT,
	SLOT_VDEV,
	SLOT_ACCESS,
	SLOT_DEVTYPE,
	SLOT_BACKEND,
	SLOT_BACKENDTYPE,
	SLOT_SCRIPT,
	SLOT_DIRECT_IO_SAFE,
	SLOT_DISCARD,
	SLOT_TRUSTED,
	SLOT_SPECIFICATION,
	NR_SLOTS,
};

struct parser {
	const char *text;
	struct disk_spec *disk;
	struct spec_error *error;
	bool is_given[NR_SLOTS];
	bool is_target_given, is_access_given;
};

/* One parameter, or the part of it that a setter is to read; `at' is where it begins. */
struct word {
	const char *at;
	char value[VALUE_BYTES];
};

static const struct {
	const char *name;
	enum disk_format format;
} formats[] = {
	{"raw", DISK_FORMAT_RAW},     {"qcow", DISK_FORMAT_QCOW}, {"qcow2", DISK_FORMAT_QCOW2},
	{"vhd", DISK_FORMAT_VHD},     {"qed", DISK_FORMAT_QED},	  {"vmdk", DISK_FORMAT_VMDK},
	{"vdi", DISK_FORMAT_VDI},     {"vhdx", DISK_FORMAT_VHDX}, {"vpc", DISK_FORMAT_VHD},
	{"empty", DISK_FORMAT_EMPTY},
};

const char *disk_format_name(enum disk_format format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].format == format)
			return formats[i].name;
	return "raw";
}

__attribute__((format(printf, 3, 4))) static int parse_fail(struct parser *parser, const char *at,
							    const char *text, ...)
{
	va_list list;

	parser->error->column = (unsigned int)(at - parser->text) + 1;
	va_start(list, text);
	vsnprintf(parser->error->text, sizeof(parser->error->text), text, list);
	va_end(list);
	return -1;
}

static int parse_claim(struct parser *parser, enum slot slot, const struct word *word,
		       const char *name)
{
	if (parser->is_given[slot])
		return parse_fail(parser, word->at, "%s is given twice", name);
	parser->is_given[slot] = true;
	return 0;
}

static int parse_copy(struct parser *parser, const struct word *word, char *to, size_t bytes,
		      const char *name)
{
	size_t length = strlen(word->value);

	if (length >= bytes)
		return parse_fail(parser, word->at, "%s is longer than %zu bytes", name, bytes - 1);
	memcpy(to, word->value, length + 1);
	return 0;
}

static int set_script(struct parser *parser, const struct word *word)
{
	const char *wrong;

	if (!word->value[0])
		return 0;
	wrong = spec_script_resolve(word->value, parser->disk->script,
				    sizeof(parser->disk->script));
	return wrong ? parse_fail(parser, word->at, "%s", wrong) : 0;
}

static int set_format(struct parser *parser, const struct word *word)
{
	if (!word->value[0])
		return 0;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(word->value, formats[i].name) == 0) {
			parser->disk->format = formats[i].format;
			return 0;
		}
	}
	return parse_fail(
		parser, word->at,
		"no such format; raw, qcow, qcow2, vhd, vhdx, qed, vmdk and vdi are known");
}

/* Older tools wanted prefixes that say the format or a script; most of them mean nothing now. */
static const struct {
	const char *name;
	enum { PREFIX_IGNORED, PREFIX_FORMAT, PREFIX_SCRIPT } kind;
} prefixes[] = {
	{"tapdisk", PREFIX_IGNORED}, {"tap2", PREFIX_IGNORED},	{"tap", PREFIX_IGNORED},
	{"aio", PREFIX_IGNORED},     {"ioemu", PREFIX_IGNORED}, {"file", PREFIX_IGNORED},
	{"phy", PREFIX_IGNORED},     {"raw", PREFIX_FORMAT},	{"qcow2", PREFIX_FORMAT},
	{"qcow", PREFIX_FORMAT},     {"vhd", PREFIX_FORMAT},	{"iscsi", PREFIX_SCRIPT},
	{"nbd", PREFIX_SCRIPT},	     {"enbd", PREFIX_SCRIPT},	{"drbd", PREFIX_SCRIPT},
};

static int parse_apply_prefix(struct parser *parser, size_t i, const char *at)
{
	struct word word = {.at = at};

	if (prefixes[i].kind == PREFIX_FORMAT) {
		if (parse_claim(parser, SLOT_FORMAT, &word, "the format"))
			return -1;
		snprintf(word.value, sizeof(word.value), "%s", prefixes[i].name);
		return set_format(parser, &word);
	}
	if (prefixes[i].kind == PREFIX_SCRIPT) {
		if (parse_claim(parser, SLOT_SCRIPT, &word, "the script"))
			return -1;
		snprintf(word.value, sizeof(word.value), "block-%s", prefixes[i].name);
		return set_script(parser, &word);
	}
	return 0;
}

/* Bytes of the known prefix that text begins with, 0: none; *which is its row. */
static size_t parse_find_prefix(const char *text, size_t *which)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i].name);

		if (strncmp(text, prefixes[i].name, length) == 0 && text[length] == ':') {
			*which = i;
			return length + 1;
		}
	}
	return 0;
}

static int set_target(struct parser *parser, const struct word *word)
{
	return parse_copy(parser, word, parser->disk->target, sizeof(parser->disk->target),
			  "the target");
}

static int set_positional_target(struct parser *parser, const struct word *word)
{
	struct word rest = *word;
	size_t bytes, which, skipped = 0;

	while ((bytes = parse_find_prefix(word->value + skipped, &which))) {
		if (parse_apply_prefix(parser, which, word->at + skipped))
			return -1;
		skipped += bytes;
	}
	rest.at += skipped;
	memmove(rest.value, rest.value + skipped, strlen(rest.value + skipped) + 1);
	return set_target(parser, &rest);
}

static int set_devtype(struct parser *parser, const struct word *word)
{
	if (strcmp(word->value, "cdrom") == 0)
		parser->disk->cdrom = true;
	else if (word->value[0] && strcmp(word->value, "disk") != 0)
		return parse_fail(parser, word->at, "no such devtype; cdrom and disk are known");
	return 0;
}

static int set_vdev(struct parser *parser, const struct word *word)
{
	struct word name = *word;
	char *colon = strchr(name.value, ':');

	if (colon) {
		struct word devtype = {.at = word->at + (colon - name.value) + 1};

		if (parse_claim(parser, SLOT_DEVTYPE, &devtype, "the devtype"))
			return -1;
		snprintf(devtype.value, sizeof(devtype.value), "%s", colon + 1);
		if (set_devtype(parser, &devtype))
			return -1;
		*colon = '\0';
	}
	if (!name.value[0])
		return 0;
	if (disk_vdev_parse(name.value, &parser->disk->number))
		return parse_fail(
			parser, word->at,
			"no such virtual device; xvda, xvda1, sda, hda, d0p1 or a number");
	return parse_copy(parser, &name, parser->disk->vdev, sizeof(parser->disk->vdev),
			  "the virtual device");
}

static int set_access(struct parser *parser, const struct word *word)
{
	static const struct {
		const char *name;
		enum disk_access access;
	} names[] = {
		{"r", DISK_ACCESS_READ},   {"ro", DISK_ACCESS_READ},   {"w", DISK_ACCESS_WRITE},
		{"rw", DISK_ACCESS_WRITE}, {"w!", DISK_ACCESS_SHARED}, {"rw!", DISK_ACCESS_SHARED},
		{"!", DISK_ACCESS_SHARED},
	};

	if (!word->value[0])
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word->value, names[i].name) == 0) {
			parser->disk->access = names[i].access;
			parser->is_access_given = true;
			return 0;
		}
	}
	return parse_fail(parser, word->at, "no such access; r, ro, w, rw and w! are known");
}

static int set_backend(struct parser *parser, const struct word *word)
{
	return parse_copy(parser, word, parser->disk->backend_domain,
			  sizeof(parser->disk->backend_domain), "the back end's domain");
}

static int set_backendtype(struct parser *parser, const struct word *word)
{
	if (strcmp(word->value, "phy") == 0)
		parser->disk->backend = DISK_BACKEND_PHY;
	else if (strcmp(word->value, "qdisk") == 0)
		parser->disk->backend = DISK_BACKEND_QDISK;
	else if (word->value[0])
		return parse_fail(parser, word->at, "no such back end; phy and qdisk are known");
	return 0;
}

static int set_specification(struct parser *parser, const struct word *word)
{
	if (word->value[0] && strcmp(word->value, "xen") != 0)
		return parse_fail(parser, word->at, "only the specification xen is supported");
	return 0;
}

static int set_unsupported(struct parser *parser, const struct word *word)
{
	return parse_fail(parser, word->at, "block replication (colo) is not supported");
}

static int set_direct_io_safe(struct parser *parser, const struct word *word)
{
	(void)word;
	parser->disk->direct_io_safe = true;
	return 0;
}

static int set_discard(struct parser *parser, const struct word *word)
{
	parser->disk->no_discard = strcmp(word->value, "no-discard") == 0;
	return 0;
}

static int set_trusted(struct parser *parser, const struct word *word)
{
	parser->disk->untrusted = strcmp(word->value, "untrusted") == 0;
	return 0;
}

struct parameter {
	const char *name;
	enum slot slot;
	int (*set)(struct parser *parser, const struct word *word);
};

static const struct parameter keys[] = {
	{"format", SLOT_FORMAT, set_format},
	{"vdev", SLOT_VDEV, set_vdev},
	{"access", SLOT_ACCESS, set_access},
	{"devtype", SLOT_DEVTYPE, set_devtype},
	{"backend", SLOT_BACKEND, set_backend},
	{"backendtype", SLOT_BACKENDTYPE, set_backendtype},
	{"script", SLOT_SCRIPT, set_script},
	{"specification", SLOT_SPECIFICATION, set_specification},
	{"colo-host", NR_SLOTS, set_unsupported},
	{"colo-port", NR_SLOTS, set_unsupported},
	{"colo-export", NR_SLOTS, set_unsupported},
	{"active-disk", NR_SLOTS, set_unsupported},
	{"hidden-disk", NR_SLOTS, set_unsupported},
};

/* A keyword's word is the keyword itself. */
static const struct parameter keywords[] = {
	{"cdrom", SLOT_DEVTYPE, set_devtype},
	{"direct-io-safe", SLOT_DIRECT_IO_SAFE, set_direct_io_safe},
	{"discard", SLOT_DISCARD, set_discard},
	{"no-discard", SLOT_DISCARD, set_discard},
	{"trusted", SLOT_TRUSTED, set_trusted},
	{"untrusted", SLOT_TRUSTED, set_trusted},
	{"colo", NR_SLOTS, set_unsupported},
};

static const struct parameter positions[] = {
	{"the target", SLOT_TARGET, set_positional_target},
	{"the format", SLOT_FORMAT, set_format},
	{"the virtual device", SLOT_VDEV, set_vdev},
	{"the access", SLOT_ACCESS, set_access},
};

static const struct parameter *find_parameter(const struct parameter *list, size_t count,
					      const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i].name) == length && memcmp(list[i].name, name, length) == 0)
			return &list[i];
	return NULL;
}

static int parse_set(struct parser *parser, const struct parameter *parameter,
		     const struct word *word)
{
	if (parameter->slot != NR_SLOTS &&
	    parse_claim(parser, parameter->slot, word, parameter->name))
		return -1;
	return parameter->set(parser, word);
}

/* Bytes of the key before '=', 0: this is no pair. A path may have a '=' in it. */
static size_t parse_key_length(const char *text)
{
	const char *p = text;

	if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
		return 0;
	while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
	       *p == '-' || *p == '_')
		p++;
	return *p == '=' ? (size_t)(p - text) : 0;
}

static int parse_pair(struct parser *parser, const struct word *word, size_t length)
{
	const struct parameter *key = find_parameter(keys, sizeof(keys) / sizeof(keys[0]),
						     word->value, length);
	struct word value = {.at = word->at + length + 1};

	if (!key)
		return parse_fail(parser, word->at, "no such parameter: %.*s",
				  (int)(length < 40 ? length : 40), word->value);
	snprintf(value.value, sizeof(value.value), "%s", word->value + length + 1);
	return parse_set(parser, key, &value);
}

/* The form without a format: a name of a virtual device where the format would be. */
static bool parse_is_vdev(const struct word *word)
{
	char name[40];
	uint32_t number;
	size_t length = strcspn(word->value, ":");

	if (length == 0 || length >= sizeof(name))
		return false;
	memcpy(name, word->value, length);
	name[length] = '\0';
	return disk_vdev_parse(name, &number) == 0;
}

static int parse_positional(struct parser *parser, const struct word *word)
{
	size_t i = 0, count = sizeof(positions) / sizeof(positions[0]);

	while (i < count && parser->is_given[positions[i].slot])
		i++;
	if (i < count && positions[i].slot == SLOT_FORMAT && !parser->is_given[SLOT_VDEV] &&
	    parse_is_vdev(word)) {
		parser->is_given[SLOT_FORMAT] = true;
		i++;
	}
	if (i == count) {
		if (!word->value[0])
			return 0;
		return parse_fail(parser, word->at,
				  "what is this for? all four positions are given");
	}
	return parse_set(parser, &positions[i], word);
}

static int parse_word(struct parser *parser, const struct word *word)
{
	const struct parameter *keyword;
	size_t length = parse_key_length(word->value);

	if (length)
		return parse_pair(parser, word, length);
	keyword = find_parameter(keywords, sizeof(keywords) / sizeof(keywords[0]), word->value,
				 strlen(word->value));
	return keyword ? parse_set(parser, keyword, word) : parse_positional(parser, word);
}

static int parse_read_word(struct parser *parser, const char *at, size_t length, struct word *word)
{
	if (length >= sizeof(word->value))
		return parse_fail(parser, at, "longer than %zu bytes", sizeof(word->value) - 1);
	word->at = at;
	memcpy(word->value, at, length);
	word->value[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)at[i] < ' ' || at[i] == 0x7f)
			return parse_fail(parser, at + i, "a control character");
	return 0;
}

/* Replaces a target that was empty in its position. */
static int parse_rest_as_target(struct parser *parser, const char *at)
{
	struct word word;

	if (parse_read_word(parser, at, strlen(at), &word))
		return -1;
	if (parser->disk->target[0])
		return parse_fail(parser, at, "the target is given twice");
	parser->is_given[SLOT_TARGET] = true;
	return set_target(parser, &word);
}

static int parse_words(struct parser *parser)
{
	const char *p = parser->text;
	struct word word;

	for (;;) {
		size_t length;

		while (*p == ' ' || *p == '\t' || *p == '\n')
			p++;
		if (strncmp(p, "target=", 7) == 0)
			return parse_rest_as_target(parser, p + 7);
		length = strcspn(p, ",");
		if (parse_read_word(parser, p, length, &word) || parse_word(parser, &word))
			return -1;
		p += length;
		if (!*p)
			return 0;
		p++;
	}
}

static int parse_make_absolute(struct parser *parser)
{
	char *target = parser->disk->target;
	size_t length = strlen(target);

	if (target[0] == '/' || parser->disk->script[0])
		return 0;
	if (length + 5 >= sizeof(parser->disk->target))
		return parse_fail(parser, parser->text, "the target is too long");
	memmove(target + 5, target, length + 1);
	memcpy(target, "/dev/", 5);
	return 0;
}

static int parse_finish(struct parser *parser)
{
	struct disk_spec *disk = parser->disk;
	const char *end = parser->text + strlen(parser->text);

	if (!disk->vdev[0])
		return parse_fail(parser, end, "the virtual device (vdev) is missing");
	if (disk->cdrom && !parser->is_access_given)
		disk->access = DISK_ACCESS_READ;
	if (disk->cdrom && disk->access != DISK_ACCESS_READ)
		return parse_fail(parser, end, "a CD-ROM cannot be written to");
	if (disk->format == DISK_FORMAT_EMPTY && disk->target[0])
		return parse_fail(parser, end, "the format empty has no target");
	if (disk->target[0])
		return parse_make_absolute(parser);
	disk->format = DISK_FORMAT_EMPTY;
	if (!disk->cdrom)
		return parse_fail(parser, end,
				  "the target is missing; only a CD-ROM may have none");
	return 0;
}

int disk_parse(const char *text, struct disk_spec *disk, struct spec_error *error)
{
	struct parser parser = {.text = text, .disk = disk, .error = error};

	*disk = (struct disk_spec){.access = DISK_ACCESS_WRITE};
	return parse_words(&parser) ? -1 : parse_finish(&parser);
}

void disk_describe(const struct disk_spec *disk, char *object, size_t bytes)
{
	if (disk->target[0])
		snprintf(object, bytes, "disk %s (%s)", disk->vdev, disk->target);
	else
		snprintf(object, bytes, "CD drive %s (empty)", disk->vdev);
}
