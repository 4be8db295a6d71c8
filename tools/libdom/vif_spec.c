/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interface specifications, xl-network-configuration(5): pairs and flags between commas. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/vif.h"
#include "libdom/spec_script.h"

#define WORD_BYTES 512

struct parser {
	const char *text;
	struct vif_spec *vif;
	struct spec_error *error;
	uint32_t given; /* bits of rows of keys[] */
};

struct word {
	const char *at; /* of the value */
	char value[WORD_BYTES];
};

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

static int parse_copy(struct parser *parser, const struct word *word, char *to, size_t bytes)
{
	size_t length = strlen(word->value);

	if (length >= bytes)
		return parse_fail(parser, word->at, "longer than %zu bytes", bytes - 1);
	memcpy(to, word->value, length + 1);
	return 0;
}

/* What the kernel takes as an interface's name. */
static int parse_interface(struct parser *parser, const struct word *word, char *to)
{
	const char *name = word->value;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strpbrk(name, "/: \t"))
		return parse_fail(parser, word->at, "this cannot be an interface's name");
	return parse_copy(parser, word, to, VIF_NAME_BYTES);
}

static int parse_number(struct parser *parser, const struct word *word, unsigned long min,
			unsigned long max, unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(word->value, &end, 10);
	if (word->value[0] < '0' || word->value[0] > '9' || errno || *end || *value < min ||
	    *value > max)
		return parse_fail(parser, word->at, "not a number from %lu to %lu", min, max);
	return 0;
}

int vif_parse_mac(const char *text, uint8_t mac[6])
{
	uint8_t bytes[6];

	for (int i = 0; i < 6; i++) {
		unsigned int value = 0;

		for (int digit = 0; digit < 2; digit++, text++) {
			char c = (char)(*text | 0x20);

			if (*text >= '0' && *text <= '9')
				value = value << 4 | (unsigned int)(*text - '0');
			else if (c >= 'a' && c <= 'f')
				value = value << 4 | (unsigned int)(c - 'a' + 10);
			else
				return -1;
		}
		if (*text != (i < 5 ? ':' : '\0'))
			return -1;
		text++;
		bytes[i] = (uint8_t)value;
	}
	memcpy(mac, bytes, 6);
	return 0;
}

static int set_mac(struct parser *parser, const struct word *word)
{
	if (vif_parse_mac(word->value, parser->vif->mac))
		return parse_fail(parser, word->at,
				  "an address is six pairs of hexadecimal digits");
	if (parser->vif->mac[0] & 1)
		return parse_fail(parser, word->at, "this is a multicast address");
	parser->vif->has_mac = true;
	return 0;
}

static int set_bridge(struct parser *parser, const struct word *word)
{
	return parse_interface(parser, word, parser->vif->bridge);
}

static int set_model(struct parser *parser, const struct word *word)
{
	return parse_copy(parser, word, parser->vif->model, sizeof(parser->vif->model));
}

static int set_type(struct parser *parser, const struct word *word)
{
	if (strcmp(word->value, "vif") == 0)
		parser->vif->type = VIF_TYPE_VIF;
	else if (strcmp(word->value, "ioemu") == 0)
		parser->vif->type = VIF_TYPE_IOEMU;
	else
		return parse_fail(parser, word->at, "no such type; vif and ioemu are known");
	return 0;
}

static int set_ip(struct parser *parser, const struct word *word)
{
	return parse_copy(parser, word, parser->vif->ip, sizeof(parser->vif->ip));
}

static int set_rate(struct parser *parser, const struct word *word)
{
	struct vif_spec *vif = parser->vif;

	if (vif_parse_rate(word->value, &vif->rate_bytes, &vif->rate_interval_us, parser->error)) {
		parser->error->column += (unsigned int)(word->at - parser->text);
		return -1;
	}
	vif->has_rate = true;
	return 0;
}

static int set_script(struct parser *parser, const struct word *word)
{
	const char *wrong;

	wrong = spec_script_resolve(word->value, parser->vif->script, sizeof(parser->vif->script));
	return wrong ? parse_fail(parser, word->at, "%s", wrong) : 0;
}

static int set_gatewaydev(struct parser *parser, const struct word *word)
{
	return parse_interface(parser, word, parser->vif->gatewaydev);
}

static int set_vifname(struct parser *parser, const struct word *word)
{
	return parse_interface(parser, word, parser->vif->vifname);
}

static int set_backend(struct parser *parser, const struct word *word)
{
	return parse_copy(parser, word, parser->vif->backend_domain,
			  sizeof(parser->vif->backend_domain));
}

/* Once chose a faster path on other systems; Linux has never read it. */
static int set_accel(struct parser *parser, const struct word *word)
{
	(void)parser;
	(void)word;
	return 0;
}

static int set_devid(struct parser *parser, const struct word *word)
{
	unsigned long value;

	if (parse_number(parser, word, 0, 65535, &value))
		return -1;
	parser->vif->devid = (int32_t)value;
	return 0;
}

static int set_mtu(struct parser *parser, const struct word *word)
{
	unsigned long value;

	if (parse_number(parser, word, 68, 65517, &value))
		return -1;
	parser->vif->mtu = (uint32_t)value;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct parser *parser, const struct word *word);
} keys[] = {
	{"mac", set_mac},
	{"bridge", set_bridge},
	{"model", set_model},
	{"type", set_type},
	{"ip", set_ip},
	{"rate", set_rate},
	{"script", set_script},
	{"gatewaydev", set_gatewaydev},
	{"netdev", set_gatewaydev},
	{"vifname", set_vifname},
	{"backend", set_backend},
	{"accel", set_accel},
	{"devid", set_devid},
	{"mtu", set_mtu},
};

static int parse_pair(struct parser *parser, const char *at, struct word *word, size_t key_length)
{
	char key[32];

	snprintf(key, sizeof(key), "%.*s", (int)(key_length < 31 ? key_length : 31), word->value);
	memmove(word->value, word->value + key_length + 1,
		strlen(word->value + key_length + 1) + 1);
	word->at = at + key_length + 1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i].name) != 0)
			continue;
		if (parser->given & 1u << i)
			return parse_fail(parser, at, "%s is given twice", key);
		parser->given |= 1u << i;
		/* An empty value is the default's. */
		return word->value[0] ? keys[i].set(parser, word) : 0;
	}
	return parse_fail(parser, at, "no such parameter: %s", key);
}

static int parse_word(struct parser *parser, const char *at, size_t length)
{
	struct word word;
	char *equals;

	while (length && (at[length - 1] == ' ' || at[length - 1] == '\t'))
		length--;
	if (!length)
		return 0;
	if (length >= sizeof(word.value))
		return parse_fail(parser, at, "longer than %zu bytes", sizeof(word.value) - 1);
	memcpy(word.value, at, length);
	word.value[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)at[i] < ' ' || at[i] == 0x7f)
			return parse_fail(parser, at + i, "a control character");
	if (strcmp(word.value, "trusted") == 0 || strcmp(word.value, "untrusted") == 0) {
		parser->vif->untrusted = word.value[0] == 'u';
		return 0;
	}
	equals = strchr(word.value, '=');
	if (!equals)
		return parse_fail(parser, at, "neither name=value nor trusted or untrusted");
	return parse_pair(parser, at, &word, (size_t)(equals - word.value));
}

int vif_parse(const char *text, struct vif_spec *vif, struct spec_error *error)
{
	struct parser parser = {.text = text, .vif = vif, .error = error};

	*vif = (struct vif_spec){.devid = -1};
	for (const char *p = text;; p++) {
		size_t length;

		while (*p == ' ' || *p == '\t' || *p == '\n')
			p++;
		length = strcspn(p, ",");
		if (parse_word(&parser, p, length))
			return -1;
		p += length;
		if (!*p)
			return 0;
	}
}
