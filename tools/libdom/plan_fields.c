/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan by its fields: saved as JSON, loaded again, printed, freed.
 */
#include <stdlib.h>
#include <string.h>

#include "libdom/keys.h"
#include "libdom/plan.h"

enum field_kind { FIELD_TEXT, FIELD_OPTIONAL, FIELD_NUMBER, FIELD_NAMED, FIELD_FLAG, FIELD_TEXTS };

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
	const struct key_name *names;
};

#define FIELD(member, kind_, names_) \
	{#member, FIELD_##kind_, offsetof(struct plan, member), names_},
static const struct field fields[] = {
#include "libdom/plan_fields.def"
};
#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char *name_of(const struct key_name *names, int64_t number)
{
	for (; names->name; names++)
		if (names->number == number)
			return names->name;
	return "?";
}

const char *plan_action_name(int64_t action)
{
	return name_of(plan_action_names, action);
}

static json_t *save_texts(const struct strings *strings)
{
	json_t *array = json_array();

	for (size_t n = 0; n < strings->count; n++)
		json_array_append_new(array, json_string(strings->items[n]));
	return array;
}

/* NULL for what is not there. A text that is no UTF-8 cannot be saved: the plan has none such. */
static json_t *save_field(const struct plan *plan, const struct field *field)
{
	const void *member = (const char *)plan + field->offset;
	const char *text;

	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_OPTIONAL:
		text = *(char *const *)member;
		return text ? json_string(text) : NULL;
	case FIELD_NUMBER:
		return json_integer(*(const int64_t *)member);
	case FIELD_NAMED:
		return json_string(name_of(field->names, *(const int64_t *)member));
	case FIELD_FLAG:
		return json_boolean(*(const bool *)member);
	case FIELD_TEXTS:
		return save_texts(member);
	}
	return NULL;
}

json_t *plan_save(const struct plan *plan)
{
	json_t *object = json_object();

	for (size_t n = 0; n < NR_FIELDS; n++) {
		json_t *value = save_field(plan, &fields[n]);

		if (value)
			json_object_set_new(object, fields[n].name, value);
	}
	return object;
}

static bool is_text(const char *text)
{
	json_t *string = json_string(text);
	bool is = string != NULL;

	json_decref(string);
	return is;
}

static bool is_field_text(const struct plan *plan, const struct field *field)
{
	const void *member = (const char *)plan + field->offset;
	const struct strings *strings = member;
	const char *text;

	if (field->kind == FIELD_TEXT || field->kind == FIELD_OPTIONAL) {
		text = *(char *const *)member;
		return !text || is_text(text);
	}
	for (size_t n = 0; field->kind == FIELD_TEXTS && n < strings->count; n++)
		if (!is_text(strings->items[n]))
			return false;
	return true;
}

bool plan_is_text(const struct plan *plan)
{
	for (size_t n = 0; n < NR_FIELDS; n++)
		if (!is_field_text(plan, &fields[n]))
			return false;
	return true;
}

static int load_refuse(struct failure *failure, const char *name, const char *cause)
{
	return failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", name, cause,
			   "destroy the domain and create it again");
}

static bool load_named(const struct field *field, int64_t *member, const json_t *value)
{
	const char *text = json_string_value(value);

	for (const struct key_name *name = field->names; text && name->name; name++) {
		if (!strcmp(name->name, text)) {
			*member = name->number;
			return true;
		}
	}
	return false;
}

static bool load_texts(struct strings *member, const json_t *value)
{
	for (size_t n = 0; n < json_array_size(value); n++) {
		const char *text = json_string_value(json_array_get(value, n));

		if (!text)
			return false;
		strings_add(member, text);
	}
	return json_is_array(value);
}

static bool load_text(char **member, const json_t *value)
{
	if (json_is_string(value))
		*member = alloc_text(json_string_value(value));
	return json_is_string(value);
}

static bool load_field(struct plan *plan, const struct field *field, const json_t *value)
{
	void *member = (char *)plan + field->offset;

	switch (field->kind) {
	case FIELD_OPTIONAL:
		return !value || load_text(member, value);
	case FIELD_TEXT:
		return load_text(member, value);
	case FIELD_NUMBER:
		*(int64_t *)member = json_integer_value(value);
		return json_is_integer(value);
	case FIELD_NAMED:
		return load_named(field, member, value);
	case FIELD_FLAG:
		*(bool *)member = json_is_true(value);
		return json_is_boolean(value);
	case FIELD_TEXTS:
		return load_texts(member, value);
	}
	return false;
}

int plan_load(struct plan *plan, const json_t *json, struct failure *failure)
{
	*plan = (struct plan){0};
	for (size_t n = 0; n < NR_FIELDS; n++)
		if (!load_field(plan, &fields[n], json_object_get(json, fields[n].name)))
			return load_refuse(failure, fields[n].name,
					   "not there, or not of its kind");
	return plan_parse_devices(plan, NULL, failure);
}

static void free_field(struct plan *plan, const struct field *field)
{
	void *member = (char *)plan + field->offset;

	if (field->kind == FIELD_TEXT || field->kind == FIELD_OPTIONAL)
		free(*(char **)member);
	else if (field->kind == FIELD_TEXTS)
		strings_free(member);
}

void plan_free(struct plan *plan)
{
	for (size_t n = 0; n < NR_FIELDS; n++)
		free_field(plan, &fields[n]);
	free(plan->disks);
	free(plan->vifs);
	*plan = (struct plan){0};
}

static void print_field(const struct plan *plan, const struct field *field, FILE *to)
{
	const void *member = (const char *)plan + field->offset;
	const struct strings *strings = member;

	if (field->kind == FIELD_TEXTS) {
		for (size_t n = 0; n < strings->count; n++)
			fprintf(to, "%-20s : %s\n", field->name, strings->items[n]);
		return;
	}
	if (field->kind == FIELD_NUMBER && *(const int64_t *)member == PLAN_UNSET)
		return;
	if (field->kind == FIELD_OPTIONAL && !*(char *const *)member)
		return;
	fprintf(to, "%-20s : ", field->name);
	if (field->kind == FIELD_NUMBER)
		fprintf(to, "%lld\n", (long long)*(const int64_t *)member);
	else if (field->kind == FIELD_NAMED)
		fprintf(to, "%s\n", name_of(field->names, *(const int64_t *)member));
	else if (field->kind == FIELD_FLAG)
		fprintf(to, "%s\n", *(const bool *)member ? "yes" : "no");
	else
		fprintf(to, "%s\n", *(char *const *)member);
}

void plan_print(const struct plan *plan, FILE *to)
{
	for (size_t n = 0; n < NR_FIELDS; n++)
		print_field(plan, &fields[n], to);
}
