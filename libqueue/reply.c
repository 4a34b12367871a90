/* SPDX-License-Identifier: MIT */
/* Typed reading of replies, and what the words of an error reply mean. */
#include "reply.h"

#include "macro.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A reply's own data are of its allocation. */
void lq__reply_free(struct reply *reply)
{
	if (!reply)
		return;
	if (reply->type == REPLY_ARRAY)
		for (size_t i = 0; i < reply->size; i++)
			lq__reply_free(reply->elements[i]);
	free(reply);
}

int lq__reply_want_int(const struct reply *reply, int64_t *ret)
{
	if (!reply || reply->type != REPLY_INTEGER)
		return -EPROTO;
	*ret = reply->integer;
	return 0;
}

static int want_digits(const char *text, size_t size, uint64_t *ret)
{
	uint64_t value = 0;

	if (size == 0)
		return -EPROTO;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EPROTO;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (unsigned int)(text[i] - '0'), &value))
			return -EPROTO;
	}
	*ret = value;
	return 0;
}

int lq__reply_want_uint(const struct reply *reply, uint64_t *ret)
{
	if (reply && reply->type == REPLY_STRING)
		return want_digits(reply->str, reply->size, ret);
	if (!reply || reply->type != REPLY_INTEGER || reply->integer < 0)
		return -EPROTO;
	*ret = (uint64_t)reply->integer;
	return 0;
}

int lq__reply_want_str(const struct reply *reply, const char **ret, size_t *ret_size)
{
	if (!reply || (reply->type != REPLY_STRING && reply->type != REPLY_STATUS))
		return -EPROTO;
	*ret = reply->str;
	*ret_size = reply->size;
	return 0;
}

int lq__reply_want_array(const struct reply *reply, size_t n_min, size_t n_max)
{
	if (!reply || reply->type != REPLY_ARRAY)
		return -EPROTO;
	return reply->size >= n_min && reply->size <= n_max ? 0 : -EPROTO;
}

/* How a missing right is told when it is a script's command that wants it: Redis 6.2, 7.0 (behind
 * "ERR "), and later ones. */
#define IN_A_SCRIPT "The user executing the script"

/* The first words of an error. drops: the server will not serve us on this connection, while a new
 * one may reach another server, or this one when it can. */
static const struct meaning {
	const char *words;
	int error;
	bool drops;
} meanings[] = {
	{ "NOAUTH", -EACCES, true },
	{ "WRONGPASS", -EACCES, false },
	{ "NOPERM", -EACCES, false },
	{ "DENIED", -EACCES, true },
	{ "OOM", -ENOSPC, false },
	{ "LOADING", -EBUSY, true },
	{ "READONLY", -EBUSY, true },
	{ "BUSY", -EBUSY, false },
	{ "MASTERDOWN", -EBUSY, true },
	{ "CLUSTERDOWN", -EBUSY, true },
	{ "TRYAGAIN", -EBUSY, false },
	{ "ASK", -EBUSY, false },
	{ "MOVED", -EBUSY, false },
	{ "NOREPLICAS", -EBUSY, false },
	{ "UNBLOCKED", -EBUSY, true },
	{ "ERR max number of clients reached", -EBUSY, true },
	{ "LQBAD", -EINVAL, false },
	{ IN_A_SCRIPT, -EACCES, false },
	{ "ERR " IN_A_SCRIPT, -EACCES, false },
	{ "ERR ACL failure in script:", -EACCES, false },
};

/* Redis 6.2 wraps what a command in a script has failed with: "ERR Error running script (call to
 * f_...): @user_script:1: @user_script: 1: -OOM command not allowed ...". */
static const char *first_words(const char *text)
{
	static const char wrapped[] = "ERR Error running script ";
	const char *inner;

	if (strncmp(text, wrapped, sizeof(wrapped) - 1) != 0)
		return text;
	inner = strstr(text, ": -");
	if (inner)
		return inner + 3;
	inner = strstr(text, IN_A_SCRIPT);
	return inner ? inner : text;
}

static const struct meaning *meaning_of(const struct reply *reply)
{
	const char *text = first_words(reply->str);

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
		size_t n = strlen(meanings[i].words);

		if (strncmp(text, meanings[i].words, n) == 0 && (text[n] == '\0' || text[n] == ' '))
			return &meanings[i];
	}
	return NULL;
}

int lq__reply_errno(const struct reply *reply)
{
	const struct meaning *meaning = meaning_of(reply);

	return meaning ? meaning->error : -EPROTO;
}

bool lq__reply_drops_connection(const struct reply *reply)
{
	if (reply->type != REPLY_ERROR)
		return false;
	const struct meaning *meaning = meaning_of(reply);
	return meaning && meaning->drops;
}
