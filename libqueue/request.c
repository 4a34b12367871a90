/* SPDX-License-Identifier: MIT */
/* The requests of one connection. Formatted bytes are never copied: they are sent from where they
 * are, and for EVAL from there, the head, and the script's own text. */
#include "request.h"

#include "cleanup.h"
#include "macro.h"
#include "resp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_SIZE 40
#define PIECES_MAX 3

DEFINE_CLEANUP(struct lq__request *, request_freep, lq__request_free)

void lq__requests_init(struct lq__requests *requests)
{
	*requests = (struct lq__requests){ 0 };
	TAILQ_INIT(&requests->asked);
	TAILQ_INIT(&requests->wire);
}

int lq__request_command(const struct lq__arg *args, size_t n, struct lq__request **ret)
{
	_cleanup_(request_freep) struct lq__request *request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	int r = lq__resp_format(args, n, &request->bytes, &request->size);
	if (r < 0)
		return r;
	*ret = TAKE(request);
	return 0;
}

int lq__request_script(const struct lq_script *script, size_t n_keys,
		       const struct lq__arg *keys_and_args, size_t n, struct lq__request **ret)
{
	char count[24];
	int count_size = snprintf(count, sizeof(count), "%zu", n_keys);
	int head_size = snprintf(NULL, 0, "*%zu\r\n$7\r\nEVALSHA\r\n$%d\r\n", n + 3, DIGEST_SIZE);

	_cleanup_(cleanup_free) struct lq__arg *args = calloc(n + 3, sizeof(*args));
	if (!args)
		return -ENOMEM;
	args[0] = (struct lq__arg){ "EVALSHA", 7 };
	args[1] = (struct lq__arg){ script->sha1, DIGEST_SIZE };
	args[2] = (struct lq__arg){ count, (size_t)count_size };
	for (size_t i = 0; i < n; i++)
		args[3 + i] = keys_and_args[i];

	int r = lq__request_command(args, n + 3, ret);
	if (r < 0)
		return r;
	(*ret)->script = script;
	(*ret)->digest_end = (size_t)head_size + DIGEST_SIZE;
	return 0;
}

void lq__request_free(struct lq__request *request)
{
	if (!request)
		return;
	lq__resp_free_bytes(request->bytes);
	lq__reply_free(request->reply);
	free(request);
}

void lq__requests_add(struct lq__requests *requests, struct lq__request *request)
{
	TAILQ_INSERT_TAIL(&requests->asked, request, asked);
	TAILQ_INSERT_TAIL(&requests->wire, request, wire);
	if (!requests->unsent)
		requests->unsent = request;
	requests->n += !request->is_login;
}

static struct iovec piece(const char *data, size_t size)
{
	return (struct iovec){ .iov_base = (void *)(uintptr_t)data, .iov_len = size };
}

static size_t pieces_of(const struct lq__request *request, struct iovec pieces[PIECES_MAX])
{
	if (!request->head[0]) {
		pieces[0] = piece(request->bytes, request->size);
		return 1;
	}
	pieces[0] = piece(request->head, strlen(request->head));
	pieces[1] = piece(request->script->text, request->script->size);
	pieces[2] =
		piece(request->bytes + request->digest_end, request->size - request->digest_end);
	return PIECES_MAX;
}

static size_t size_of(const struct lq__request *request)
{
	struct iovec pieces[PIECES_MAX];
	size_t n = pieces_of(request, pieces), size = 0;

	for (size_t i = 0; i < n; i++)
		size += pieces[i].iov_len;
	return size;
}

bool lq__requests_has_unsent(const struct lq__requests *requests, bool login_only)
{
	return requests->unsent && (requests->unsent->is_login || !login_only);
}

size_t lq__requests_to_send(const struct lq__requests *requests, bool login_only, struct iovec *iov,
			    size_t n_max)
{
	size_t n = 0;

	for (const struct lq__request *request = requests->unsent; request && n < n_max;
	     request = TAILQ_NEXT(request, wire)) {
		struct iovec pieces[PIECES_MAX];
		size_t n_pieces = pieces_of(request, pieces), skip = request->sent;

		if (login_only && !request->is_login)
			break;
		for (size_t i = 0; i < n_pieces && n < n_max; i++) {
			size_t skipped = MIN(skip, pieces[i].iov_len);

			skip -= skipped;
			pieces[i].iov_base = (char *)pieces[i].iov_base + skipped;
			pieces[i].iov_len -= skipped;
			if (pieces[i].iov_len > 0)
				iov[n++] = pieces[i];
		}
	}
	return n;
}

void lq__requests_sent(struct lq__requests *requests, size_t n_bytes)
{
	while (n_bytes > 0) {
		struct lq__request *request = requests->unsent;
		size_t left = size_of(request) - request->sent, part = MIN(left, n_bytes);

		request->sent += part;
		n_bytes -= part;
		if (part == left)
			requests->unsent = TAILQ_NEXT(request, wire);
	}
}

static bool is_noscript(const struct reply *reply)
{
	return reply->type == REPLY_ERROR && strncmp(reply->str, "NOSCRIPT", 8) == 0;
}

/* The number of arguments is that of the EVALSHA: its first line stays as it was. */
static void send_as_text(struct lq__requests *requests, struct lq__request *request)
{
	int line = (int)strcspn(request->bytes, "\r");

	(void)snprintf(request->head, sizeof(request->head), "%.*s\r\n$4\r\nEVAL\r\n$%zu\r\n", line,
		       request->bytes, request->script->size);
	request->sent = 0;
	TAILQ_INSERT_TAIL(&requests->wire, request, wire);
	if (!requests->unsent)
		requests->unsent = request;
}

int lq__requests_answer(struct lq__requests *requests, struct reply *reply)
{
	struct lq__request *request = TAILQ_FIRST(&requests->wire);

	if (!request || request == requests->unsent)
		return -EPROTO;
	TAILQ_REMOVE(&requests->wire, request, wire);
	if (request->script && !request->head[0] && is_noscript(reply)) {
		lq__reply_free(reply);
		send_as_text(requests, request);
		return 0;
	}
	request->reply = reply;
	return 0;
}

static void take_out(struct lq__requests *requests, struct lq__request *request)
{
	TAILQ_REMOVE(&requests->asked, request, asked);
	requests->n -= !request->is_login;
}

struct lq__request *lq__requests_take_answered(struct lq__requests *requests)
{
	struct lq__request *request = TAILQ_FIRST(&requests->asked);

	if (!request || !request->reply)
		return NULL;
	take_out(requests, request);
	return request;
}

struct lq__request *lq__requests_take_first(struct lq__requests *requests)
{
	struct lq__request *request = TAILQ_FIRST(&requests->asked);

	if (!request)
		return NULL;
	take_out(requests, request);
	if (!request->reply)
		TAILQ_REMOVE(&requests->wire, request, wire);
	if (requests->unsent == request)
		requests->unsent = NULL;
	return request;
}
