/* SPDX-License-Identifier: MIT */
/* hiredis (0.14 and 1.x) behind our own types: its formatter, and its reader building our replies.
 */
#include "resp.h"

#include "cleanup.h"
#include "conn.h"
#include "resp-guard.h"

#include <errno.h>
#include <hiredis.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_MAX (1024 * 1024 * 1024)

struct lq__resp {
	redisReader *reader;
	struct lq__guard guard;
	const char *why;
};

/* hiredis 0.14 counts the bytes in an int. */
static int check_size(const struct lq__arg *args, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++) {
		total += 32;
		if (total > FORMAT_MAX || args[i].size > FORMAT_MAX - total)
			return -EMSGSIZE;
		total += args[i].size;
	}
	return n > 0 ? 0 : -EMSGSIZE;
}

int lq__resp_format(const struct lq__arg *args, size_t n, char **ret_bytes, size_t *ret_size)
{
	int r = check_size(args, n);
	if (r < 0)
		return r;
	_cleanup_(cleanup_free) const char **data = calloc(n, sizeof(*data));
	_cleanup_(cleanup_free) size_t *sizes = calloc(n, sizeof(*sizes));
	if (!data || !sizes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		data[i] = args[i].data ? args[i].data : "";
		sizes[i] = args[i].size;
	}
	char *bytes;
	long long size = redisFormatCommandArgv(&bytes, (int)n, data, sizes);
	if (size < 0)
		return -ENOMEM;
	*ret_bytes = bytes;
	*ret_size = (size_t)size;
	return 0;
}

void lq__resp_free_bytes(char *bytes)
{
	if (bytes)
		redisFreeCommand(bytes);
}

static enum reply_type reply_type(int type)
{
	switch (type) {
	case REDIS_REPLY_INTEGER:
		return REPLY_INTEGER;
	case REDIS_REPLY_STRING:
		return REPLY_STRING;
	case REDIS_REPLY_STATUS:
		return REPLY_STATUS;
	case REDIS_REPLY_ERROR:
		return REPLY_ERROR;
	case REDIS_REPLY_ARRAY:
		return REPLY_ARRAY;
	default:
		return REPLY_NIL;
	}
}

/* A reply of one allocation, its data behind it, in its place in the array it belongs to. */
static struct reply *make(const redisReadTask *task, enum reply_type type, size_t extra)
{
	struct reply *reply = malloc(sizeof(*reply) + extra);

	if (!reply)
		return NULL;
	*reply = (struct reply){ .type = type };
	if (task->parent) {
		struct reply *parent = task->parent->obj;
		parent->elements[task->idx] = reply;
	}
	return reply;
}

static void *make_string(const redisReadTask *task, char *str, size_t size)
{
	struct reply *reply = make(task, reply_type(task->type), size + 1);

	if (!reply)
		return NULL;
	reply->str = (char *)(reply + 1);
	reply->size = size;
	memcpy(reply->str, str, size);
	reply->str[size] = '\0';
	return reply;
}

#if HIREDIS_MAJOR >= 1
static void *make_array(const redisReadTask *task, size_t n)
#else
static void *make_array(const redisReadTask *task, int n)
#endif
{
	struct reply *reply = make(task, REPLY_ARRAY, (size_t)n * sizeof(struct reply *));

	if (!reply)
		return NULL;
	reply->elements = (struct reply **)(reply + 1);
	reply->size = (size_t)n;
	for (size_t i = 0; i < reply->size; i++)
		reply->elements[i] = NULL;
	return reply;
}

static void *make_integer(const redisReadTask *task, long long value)
{
	struct reply *reply = make(task, REPLY_INTEGER, 0);

	if (reply)
		reply->integer = value;
	return reply;
}

static void *make_nil(const redisReadTask *task)
{
	return make(task, REPLY_NIL, 0);
}

static void free_object(void *reply)
{
	lq__reply_free(reply);
}

static redisReplyObjectFunctions functions = {
	.createString = make_string,
	.createArray = make_array,
	.createInteger = make_integer,
	.createNil = make_nil,
	.freeObject = free_object,
};

struct lq__resp *lq__resp_new(void)
{
	_cleanup_(cleanup_free) struct lq__resp *resp = calloc(1, sizeof(*resp));
	if (!resp)
		return NULL;
	resp->reader = redisReaderCreateWithFunctions(&functions);
	return resp->reader ? TAKE(resp) : NULL;
}

void lq__resp_free(struct lq__resp *resp)
{
	if (!resp)
		return;
	redisReaderFree(resp->reader);
	free(resp);
}

static int reader_failed(struct lq__resp *resp)
{
	resp->why = resp->reader->errstr;
	return resp->reader->err == REDIS_ERR_OOM ? -ENOMEM : -EPROTO;
}

int lq__resp_feed(struct lq__resp *resp, const char *data, size_t size)
{
	int r = lq__guard_look(&resp->guard, data, size, &resp->why);
	if (r < 0)
		return r;
	return redisReaderFeed(resp->reader, data, size) == REDIS_OK ? 0 : reader_failed(resp);
}

int lq__resp_next(struct lq__resp *resp, struct reply **ret_reply)
{
	void *reply = NULL;

	if (redisReaderGetReply(resp->reader, &reply) != REDIS_OK)
		return reader_failed(resp);
	if (!reply)
		return 0;
	*ret_reply = reply;
	return 1;
}

const char *lq__resp_error(const struct lq__resp *resp)
{
	return resp->why ? resp->why : "";
}
