/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests from rows: a key, and what takes its value.
 */
#include "consoled/request.h"

#include <string.h>

#include <jansson.h>

struct request_key {
	const char *name;
	const char *(*take)(struct request *request, const json_t *value);
};

static const char *request_take_attach(struct request *request, const json_t *value)
{
	json_int_t domid = json_integer_value(value);

	request->kind = REQUEST_ATTACH;
	if (json_is_string(value) && !strcmp(json_string_value(value), "hypervisor")) {
		request->of_hypervisor = true;
		return NULL;
	}
	if (!json_is_integer(value) || domid < 0 || domid > UINT16_MAX)
		return "attach wants a domain's number or \"hypervisor\"";
	request->domid = domid;
	return NULL;
}

static const char *request_take_type(struct request *request, const json_t *value)
{
	(void)request;
	return json_is_string(value) && !strcmp(json_string_value(value), "pv")
		       ? NULL
		       : "type is \"pv\", there are no others";
}

static const char *request_take_number(struct request *request, const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > UINT16_MAX)
		return "number counts a domain's consoles from 0";
	request->number = json_integer_value(value);
	return NULL;
}

static const char *request_take_write(struct request *request, const json_t *value)
{
	if (!json_is_boolean(value))
		return "write is true or false";
	request->write = json_is_true(value);
	return NULL;
}

static const char *request_take_history(struct request *request, const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return "history is a number of bytes";
	request->history = json_integer_value(value);
	return NULL;
}

static const char *request_take_list(struct request *request, const json_t *value)
{
	request->kind = REQUEST_LIST;
	return json_is_true(value) ? NULL : "list is true";
}

static const char *request_set_rotate_bytes(struct request *request, const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return "rotate-bytes is a number of bytes";
	request->set.has_rotate_bytes = true;
	request->set.rotate_bytes = json_integer_value(value);
	return NULL;
}

static const char *request_set_rotate_count(struct request *request, const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > 1000)
		return "rotate-count is a number of files, at most 1000";
	request->set.has_rotate_count = true;
	request->set.rotate_count = json_integer_value(value);
	return NULL;
}

static const char *request_set_timestamps(struct request *request, const json_t *value)
{
	if (!json_is_boolean(value))
		return "timestamps is true or false";
	request->set.has_timestamps = true;
	request->set.timestamps = json_is_true(value);
	return NULL;
}

static const char *request_set_reopen(struct request *request, const json_t *value)
{
	request->set.reopen = json_is_true(value);
	return json_is_boolean(value) ? NULL : "reopen is true or false";
}

static const struct request_key set_keys[] = {
	{"rotate-bytes", request_set_rotate_bytes},
	{"rotate-count", request_set_rotate_count},
	{"timestamps", request_set_timestamps},
	{"reopen", request_set_reopen},
	{NULL, NULL},
};

static const char *request_take_keys(struct request *request, json_t *object,
				     const struct request_key *keys)
{
	const char *name, *error = NULL;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		const struct request_key *key = keys;

		while (key->name && strcmp(key->name, name))
			key++;
		error = key->name ? key->take(request, value) : "it has a key that is not known";
		if (error)
			break;
	}
	return error;
}

static const char *request_take_set(struct request *request, const json_t *value)
{
	request->kind = REQUEST_SET;
	if (!json_is_object(value))
		return "set is an object";
	return request_take_keys(request, (json_t *)value, set_keys);
}

static const struct request_key keys[] = {
	{"attach", request_take_attach},   {"type", request_take_type},
	{"number", request_take_number},   {"write", request_take_write},
	{"history", request_take_history}, {"list", request_take_list},
	{"set", request_take_set},	   {NULL, NULL},
};

static unsigned int request_count_kinds(const json_t *object)
{
	return !!json_object_get(object, "attach") + !!json_object_get(object, "list") +
	       !!json_object_get(object, "set");
}

const char *request_parse(const char *line, size_t bytes, struct request *request)
{
	json_t *object = json_loadb(line, bytes, JSON_REJECT_DUPLICATES, NULL);
	const char *error;

	*request = (struct request){.write = true, .history = UINT64_MAX};
	if (!json_is_object(object))
		error = "it is no object of JSON";
	else if (request_count_kinds(object) != 1)
		error = "it wants one of attach, list, set";
	else
		error = request_take_keys(request, object, keys);
	json_decref(object);
	return error;
}
