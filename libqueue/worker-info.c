/* SPDX-License-Identifier: MIT */
/* The hash of a worker as struct lq_worker_info. */
#include "worker-info.h"

#include "macro.h"
#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME,
	HOST,
	PID,
	VERSION,
	QUEUES,
	STARTED_AT,
	STATE,
	RUNNERS,
	BUSY,
	JOBS_DONE,
	LAST_CLAIM,
	N_FIELDS
};

static const char *const field_names[N_FIELDS] = {
	[NAME] = "name",
	[HOST] = "host",
	[PID] = "pid",
	[VERSION] = "version",
	[QUEUES] = "queues",
	[STARTED_AT] = "started_at",
	[STATE] = "state",
	[RUNNERS] = "runners",
	[BUSY] = "busy",
	[JOBS_DONE] = "jobs_done",
	[LAST_CLAIM] = "last_claim",
};

void lq__worker_info_fields(struct lq__args *args)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		lq__args_add_str(args, field_names[i]);
}

/* What is missing or no number is not known. */
static int64_t read_number(const struct reply *field, int64_t unknown)
{
	uint64_t number;

	if (lq__reply_want_uint(field, &number) < 0 || number > INT64_MAX)
		return unknown;
	return (int64_t)number;
}

static int read_small(const struct reply *field)
{
	return (int)MIN(read_number(field, 0), INT32_MAX);
}

static char *read_text(const struct reply *field)
{
	return strdup(field->type == REPLY_STRING ? field->str : "");
}

/* "mail default". */
static int read_queues(const struct reply *field, struct lq_worker_info *ret)
{
	const char *text = field->type == REPLY_STRING ? field->str : "";
	size_t n_max = strlen(text) / 2 + 1;

	ret->queues = calloc(n_max, sizeof(*ret->queues));
	if (!ret->queues)
		return -ENOMEM;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, " ");
		char *queue = strndup(text, size);

		if (!queue)
			return -ENOMEM;
		ret->queues[ret->n_queues++] = queue;
		text += size;
	}
	return 0;
}

int lq__worker_info_read(const struct reply *message, struct lq_worker_info *ret)
{
	struct reply *const *fields = message->elements;

	if (lq__reply_want_array(message, N_FIELDS, N_FIELDS) < 0)
		return -EPROTO;
	if (fields[NAME]->type == REPLY_NIL)
		return LQ_NOT_FOUND;
	if (fields[NAME]->type != REPLY_STRING || !lq__is_worker_name(fields[NAME]->str))
		return -EPROTO;
	memcpy(ret->name, fields[NAME]->str, strlen(fields[NAME]->str) + 1);
	ret->pid = read_number(fields[PID], 0);
	ret->runners = read_small(fields[RUNNERS]);
	ret->busy = read_small(fields[BUSY]);
	ret->jobs_done = read_number(fields[JOBS_DONE], 0);
	ret->started_at_ms = read_number(fields[STARTED_AT], -1);
	ret->last_claim_ms = read_number(fields[LAST_CLAIM], -1);
	ret->host = read_text(fields[HOST]);
	ret->version = read_text(fields[VERSION]);
	ret->state = read_text(fields[STATE]);
	if (!ret->host || !ret->version || !ret->state)
		return -ENOMEM;
	return read_queues(fields[QUEUES], ret);
}

void lq__worker_info_fini(struct lq_worker_info *info)
{
	for (size_t i = 0; info->queues && i < info->n_queues; i++)
		free(info->queues[i]);
	free(info->queues);
	free(info->host);
	free(info->version);
	free(info->state);
	*info = (struct lq_worker_info){ .n_queues = 0 };
}
