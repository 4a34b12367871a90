/* SPDX-License-Identifier: MIT */
/* A job's arguments from words. */
#include "job-args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "read-file.h"
#include "spelling.h"
#include "value-json.h"

/* JSON may say in more bytes what msgpack says in few: "\u0000" is six for one. */
#define FILE_MAX (8 * LQ_ARGS_MAX)

DEFINE_CLEANUP(json_t *, cleanup_json, json_decref)
DEFINE_CLEANUP(msgpack_zone *, cleanup_zone, msgpack_zone_free)

/* One word, split at its "=" or ":=". */
struct member {
	const char *key, *value;
	size_t key_size;
	bool is_json;
	json_t *json; /* what value says; the object borrows from it */
};

static int fail_memory(struct context *c)
{
	(void)context_fail(c, LQ_EXIT_NOT, "out of memory");
	return LQ_EXIT_NOT;
}

/* What no job can have is wrong on its face, what is too large is not. */
static int code_of(int r)
{
	return r == -EINVAL ? LQ_EXIT_USAGE : LQ_EXIT_NOT;
}

static int read_whole(struct context *c, const char *path, struct lq_value **ret_value)
{
	_cleanup_(cleanup_free) char *text = NULL;
	_cleanup_(cleanup_json) json_t *json = NULL;
	char error[JSON_ERROR_SIZE];
	size_t size;
	int r = read_file(path, FILE_MAX, &text, &size);

	if (r == -EMSGSIZE)
		return context_fail(c, LQ_EXIT_NOT, "@%s: more than %d bytes", path, FILE_MAX);
	if (r < 0)
		return context_fail(c, LQ_EXIT_USAGE, "@%s: %s", path, strerror(-r));
	json = json_parse(text, size, error);
	if (!json)
		return context_fail(c, LQ_EXIT_USAGE, "@%s: %s", path, error);
	r = value_from_json(json, ret_value, error);
	return r < 0 ? context_fail(c, code_of(r), "@%s: %s", path, error) : 0;
}

/* Why a word is no argument; NULL: it is one, and split. */
static const char *split(const char *word, struct member *m)
{
	const char *equals = strchr(word, '=');

	if (word[0] == '@')
		return "it is the whole of the arguments: nothing beside it";
	if (!equals)
		return "no argument: write key=text, key:=json or @file.json";
	m->is_json = equals > word && equals[-1] == ':';
	m->key = word;
	m->key_size = (size_t)(equals - word) - m->is_json;
	m->value = equals + 1;
	return m->key_size > 0 ? NULL : "it has no key";
}

/* 0: each word is split; else LQ_EXIT_USAGE, after saying why. */
static int split_all(struct context *c, char **words, size_t n, struct member *members)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = split(words[i], &members[i]);

		if (!why)
			continue;
		(void)context_fail_usage(c, "\"%.64s\": %s", word_shown(words[i]), why);
		return LQ_EXIT_USAGE;
	}
	return 0;
}

static int convert_json(struct context *c, struct member *m, msgpack_zone *zone,
			msgpack_object *ret)
{
	char error[JSON_ERROR_SIZE];

	m->json = json_parse(m->value, strlen(m->value), error);
	/* One level is the object of all arguments itself. */
	if (!m->json || json_to_msgpack(m->json, LQ_NESTING_MAX - 1, zone, ret, error) < 0)
		return context_fail_usage(c, "%.*s: %s", (int)m->key_size, m->key, error);
	return 0;
}

static void set_text(msgpack_object *object, const char *text, size_t size)
{
	object->type = MSGPACK_OBJECT_STR;
	object->via.str.ptr = text;
	object->via.str.size = (uint32_t)size;
}

/* jansson takes no other text. */
static bool is_utf8(const char *text, size_t size)
{
	_cleanup_(cleanup_json) json_t *json = json_stringn(text, size);

	return json != NULL;
}

static int convert(struct context *c, struct member *m, msgpack_zone *zone, msgpack_object_kv *pair)
{
	if (!is_utf8(m->key, m->key_size))
		return context_fail_usage(c, "a key is not UTF-8");
	set_text(&pair->key, m->key, m->key_size);
	if (m->is_json)
		return convert_json(c, m, zone, &pair->val);
	if (!is_utf8(m->value, strlen(m->value)))
		return context_fail_usage(c,
					  "%.*s: the text is not UTF-8; bytes are written as "
					  "key:={\"$bin\":\"base64\"}",
					  (int)m->key_size, m->key);
	set_text(&pair->val, m->value, strlen(m->value));
	return 0;
}

static int refuse_duplicates(struct context *c, const struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (members[i].key_size == members[j].key_size &&
			    memcmp(members[i].key, members[j].key, members[i].key_size) == 0)
				return context_fail_usage(c, "%.*s is there twice",
							  (int)members[i].key_size, members[i].key);
		}
	}
	return 0;
}

static int convert_members(struct context *c, struct member *members, size_t n, msgpack_zone *zone,
			   struct lq_value **ret_value)
{
	_cleanup_(cleanup_free) msgpack_object_kv *pairs = calloc(n, sizeof(*pairs));
	msgpack_object map = { .type = MSGPACK_OBJECT_MAP };
	char error[JSON_ERROR_SIZE];
	int r;

	if (!pairs)
		return fail_memory(c);
	for (size_t i = 0; i < n; i++) {
		r = convert(c, &members[i], zone, &pairs[i]);
		if (r != 0)
			return r;
	}
	map.via.map.ptr = pairs;
	map.via.map.size = (uint32_t)n;
	r = value_from_msgpack(&map, ret_value, error);
	return r < 0 ? context_fail(c, code_of(r), "the arguments: %s", error) : 0;
}

static int read_members(struct context *c, char **words, size_t n, struct member *members,
			struct lq_value **ret_value)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(4096);
	int r = zone ? split_all(c, words, n, members) : fail_memory(c);

	if (r == 0)
		r = refuse_duplicates(c, members, n);
	if (r == 0)
		r = convert_members(c, members, n, zone, ret_value);
	return r;
}

int job_args_read(struct context *c, char **words, size_t n, struct lq_value **ret_value)
{
	_cleanup_(cleanup_free) struct member *members = NULL;
	int r;

	*ret_value = NULL;
	if (n == 0)
		return 0;
	if (n == 1 && words[0][0] == '@')
		return read_whole(c, words[0] + 1, ret_value);
	members = calloc(n, sizeof(*members));
	if (!members)
		return fail_memory(c);
	r = read_members(c, words, n, members, ret_value);
	for (size_t i = 0; i < n; i++)
		json_decref(members[i].json);
	return r;
}
