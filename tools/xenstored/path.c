/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Legal paths, their components and hashes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xenstored/path.h"
#include "xenstored/table.h"

static bool path_is_legal_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte && strchr("-/_@", byte));
}

static bool path_is_legal(const char *text, size_t len)
{
	if (len == 1)
		return text[0] == '/';
	if (!len || text[len - 1] == '/')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!path_is_legal_byte(text[i]) || (text[i] == '/' && text[i + 1] == '/'))
			return false;
	return true;
}

static int path_set_base(struct path *path, const char *text, uint16_t domid)
{
	path->base_len = 0;
	if (text[0] == '/' || text[0] == '@')
		return 0;
	if (strlen(text) > PATH_MAX_RELATIVE)
		return -EINVAL;
	path->base_len = (uint16_t)sprintf(path->text, "/local/domain/%u/", domid);
	return 0;
}

int path_parse(struct path *path, const char *text, uint16_t domid, bool special)
{
	size_t len = strlen(text);

	if (text[0] == '@' && !special)
		return -EINVAL;
	if (path_set_base(path, text, domid) || len + path->base_len > PATH_MAX_ABSOLUTE)
		return -EINVAL;
	memcpy(path->text + path->base_len, text, len + 1);
	path->len = (uint16_t)(path->base_len + len);
	return path_is_legal(path->text, path->len) ? 0 : -EINVAL;
}

void path_begin(struct path_step *step, const char *text)
{
	step->name = text;
	step->len = 0;
	step->end = 0;
	step->hash = text[0] == '@' ? PATH_SPECIAL_HASH : PATH_ROOT_HASH;
}

bool path_next(struct path_step *step)
{
	const char *name = step->name + step->len;

	if (*name == '/')
		name++;
	if (!*name)
		return false;
	step->end += (size_t)(name - (step->name + step->len));
	step->name = name;
	step->len = strcspn(name, "/");
	step->end += step->len;
	step->hash = table_hash(step->hash, step->name, step->len);
	return true;
}

uint64_t path_hash(const char *text)
{
	struct path_step step;

	path_begin(&step, text);
	while (path_next(&step))
		;
	return step.hash;
}

size_t path_parent_len(const char *text, size_t len)
{
	while (len > 1 && text[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : 1;
}
