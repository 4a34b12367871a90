/* SPDX-License-Identifier: MIT */
/*
 * The follow-up jobs that came with a job's outcome. What a runner says is looked at before it is
 * kept: one that the script refuses would stop every settle that shares its exchange.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "job.h"

#define CHILD_OVERHEAD 160 /* of one in an exchange, beside its own bytes */
#define ENTRY_ROOM (LQ_RESULT_MAX + 4096)

_Static_assert(LQ_CHILDREN_BYTES + LQ_CHILDREN_MAX * CHILD_OVERHEAD + ENTRY_ROOM <= LQ_BATCH_BYTES,
	       "an entry and its follow-up jobs fit into one call");

static size_t size_of(const struct lq_child *child)
{
	size_t key_size = child->unique_key ? strlen(child->unique_key) : 0;

	return strlen(child->queue) + strlen(child->id) + key_size + child->envelope_size;
}

size_t job_children_size(const struct job *job)
{
	return job->children_bytes + job->n_children * CHILD_OVERHEAD;
}

static bool has_key(const struct lq_claimed_record *record, const char *key)
{
	if (!record->unique_key || !key)
		return !record->unique_key && !key;
	return strcmp(record->unique_key, key) == 0;
}

/* A lock is released by the key in the envelope: another one would stay for ever. */
static int check_envelope(const struct lq_child *child)
{
	_cleanup_(lq_claimed_record_fini) struct lq_claimed_record record;
	int r = lq_claimed_record_decode(child->envelope, child->envelope_size, &record);

	if (r == -ENOMEM)
		return r;
	if (r < 0 || record.version != 1 || record.envelope_size != child->envelope_size ||
	    !has_key(&record, child->unique_key))
		return -EINVAL;
	return 0;
}

static int check(const struct job *job, const struct lq_child *child)
{
	if (job->n_children == LQ_CHILDREN_MAX)
		return -EMSGSIZE;
	if (!lq_child_is_sound(child))
		return -EINVAL;
	if (size_of(child) > LQ_CHILDREN_BYTES - job->children_bytes)
		return -EMSGSIZE;
	return check_envelope(child);
}

static char *put(char **at, const void *data, size_t size)
{
	char *copy = *at;

	memcpy(copy, data, size);
	*at += size;
	return copy;
}

static int copy(const struct lq_child *from, struct job_child *ret)
{
	char *at = malloc(size_of(from) + 3);

	if (!at)
		return -ENOMEM;
	*ret = (struct job_child){ .child = *from, .block = at };
	ret->child.queue = put(&at, from->queue, strlen(from->queue) + 1);
	ret->child.id = put(&at, from->id, strlen(from->id) + 1);
	if (from->unique_key)
		ret->child.unique_key = put(&at, from->unique_key, strlen(from->unique_key) + 1);
	ret->child.envelope = put(&at, from->envelope, from->envelope_size);
	return 0;
}

int job_add_child(struct job *job, const struct wire_child *from)
{
	const struct lq_child child = {
		.queue = from->queue,
		.id = from->id,
		.envelope = from->envelope,
		.envelope_size = from->envelope_size,
		.delay_ms = from->delay_ms,
		.run_at_ms = from->run_at_ms,
		.front = from->front,
		.unique_key = from->unique_key[0] ? from->unique_key : NULL,
		.unique_ttl_ms = from->unique_ttl_ms,
	};
	int r = check(job, &child);
	if (r < 0)
		return r;

	struct job_child *children =
		reallocarray(job->children, job->n_children + 1, sizeof(*children));
	if (!children)
		return -ENOMEM;
	job->children = children;
	r = copy(&child, &children[job->n_children]);
	if (r < 0)
		return r;
	job->n_children++;
	job->children_bytes += size_of(&child);
	return 0;
}

void job_clear_children(struct job *job)
{
	for (size_t i = 0; i < job->n_children; i++)
		free(job->children[i].block);
	job->n_children = job->children_bytes = 0;
}
