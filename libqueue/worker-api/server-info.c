/* SPDX-License-Identifier: MIT */
/* What kind of server this is: INFO for version, eviction policy and AOF, CONFIG GET for the save
 * points, which INFO does not tell. */
#include "args.h"
#include "conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_SIZE 64

struct call {
	struct lq_conn *conn;
	lq_server_info_fn fn;
	void *userdata;
	char version[VALUE_SIZE], policy[VALUE_SIZE];
	bool has_aof;
};

static void call_end(struct call *call, int error, bool known, bool is_persistent)
{
	const struct lq_server_info info = { .redis_version = call->version,
					     .maxmemory_policy = call->policy,
					     .known = known,
					     .is_persistent = is_persistent };

	call->fn(call->userdata, error, error ? NULL : &info);
	free(call);
}

/* Copies the value of "field:value\r\n", "" if there is none. */
static void read_field(const char *text, const char *field, char ret[VALUE_SIZE])
{
	size_t field_size = strlen(field);

	ret[0] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, field, field_size) != 0 || line[field_size] != ':')
			continue;

		const char *value = line + field_size + 1;
		size_t size = strcspn(value, "\r\n");

		if (size < VALUE_SIZE) {
			memcpy(ret, value, size);
			ret[size] = '\0';
		}
		return;
	}
}

/* Who may not ask for the save points is not warned of their absence. */
static void on_save_points(void *userdata, int error, const struct reply *message)
{
	struct call *call = userdata;
	const char *points = NULL;
	size_t size = 0;

	if (error == -EACCES || error == -EINVAL) {
		call_end(call, 0, true, true);
		return;
	}
	if (!error && message->type == REPLY_ARRAY && message->size == 0) {
		call_end(call, 0, true, call->has_aof);
		return;
	}
	if (!error && (lq__reply_want_array(message, 2, 2) < 0 ||
		       lq__reply_want_str(message->elements[1], &points, &size) < 0))
		error = -EPROTO;
	call_end(call, error, true, call->has_aof || size > 0);
}

static int send_words(struct call *call, const char *const *words, size_t n, lq__reply_fn fn)
{
	struct lq__args args = LQ__ARGS_INIT;

	for (size_t i = 0; i < n; i++)
		lq__args_add_str(&args, words[i]);

	int r = args.error;

	if (!r)
		r = lq__conn_command(call->conn, args.items, args.n, fn, call);
	lq__args_fini(&args);
	return r;
}

static void on_info(void *userdata, int error, const struct reply *message)
{
	static const char *const ask[] = { "CONFIG", "GET", "save" };
	struct call *call = userdata;
	const char *text;
	char aof[VALUE_SIZE];
	size_t size;

	if (error == -EACCES) {
		call_end(call, 0, false, false);
		return;
	}
	if (!error)
		error = lq__reply_want_str(message, &text, &size);
	if (!error) {
		read_field(text, "redis_version", call->version);
		read_field(text, "maxmemory_policy", call->policy);
		read_field(text, "aof_enabled", aof);
		call->has_aof = !strcmp(aof, "1");
		error = send_words(call, ask, 3, on_save_points);
	}
	if (error)
		call_end(call, error, false, false);
}

int lq_server_info_send(struct lq_conn *conn, lq_server_info_fn fn, void *userdata)
{
	static const char *const ask[] = { "INFO" };
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		return -ENOMEM;
	*call = (struct call){ .conn = conn, .fn = fn, .userdata = userdata };

	int r = send_words(call, ask, 1, on_info);

	if (r < 0)
		free(call);
	return r;
}
