/* SPDX-License-Identifier: MIT */
/* Building an exchange: queues, settles and follow-up jobs, copied. It may be sent again and again.
 */
#include "exchange.h"

#include "names.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENT_OVERHEAD 16 /* of the protocol, each argument */

/* The last byte of a record that is settled so. */
static const unsigned char entry_kinds[] = {
	[LQ_SETTLE_FINISHED] = LQ_ENTRY_FINISHED, [LQ_SETTLE_FAILED] = LQ_ENTRY_FAILED,
	[LQ_SETTLE_STOPPED] = LQ_ENTRY_STOPPED,   [LQ_SETTLE_CANCELED] = LQ_ENTRY_CANCELED,
	[LQ_SETTLE_RETRY] = LQ_ENTRY_RETRY,       [LQ_SETTLE_SNOOZE] = LQ_ENTRY_SNOOZE,
	[LQ_SETTLE_UNKNOWN] = LQ_ENTRY_UNKNOWN,   [LQ_SETTLE_RETURN] = LQ_ENTRY_RETURN,
};

struct lq_exchange *lq_exchange_new(const char *worker, int64_t lease_ms)
{
	struct lq_exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->worker = strdup(worker);
	if (!x->worker) {
		free(x);
		return NULL;
	}
	x->lease_ms = lease_ms;
	return x;
}

void lq_exchange_free(struct lq_exchange *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->n_settles; i++)
		free(x->settles[i].block);
	for (size_t i = 0; i < x->n_children; i++)
		free(x->children[i].block);
	free(x->children);
	free(x->worker);
	free(x);
}

int lq_exchange_add_queue(struct lq_exchange *x, const char *queue, uint64_t token)
{
	if (!queue || !lq__is_queue_name(queue) || x->n_settles || x->n_children)
		return -EINVAL;
	if (x->n_queues == EXCHANGE_QUEUES_MAX)
		return -EMSGSIZE;
	for (size_t i = 0; i < x->n_queues; i++) {
		if (!strcmp(x->queues[i].name, queue))
			return -EINVAL;
	}

	struct exchange_queue *added = &x->queues[x->n_queues++];

	memcpy(added->name, queue, strlen(queue) + 1);
	added->token = token;
	x->size += strlen(queue) + 4 * ARGUMENT_OVERHEAD;
	return 0;
}

void lq_exchange_set_want(struct lq_exchange *x, size_t want)
{
	x->want = want;
}

/* Copies size bytes and a final zero to *at, which moves on; returns the copy. */
static char *put(char **at, const void *data, size_t size)
{
	char *copy = *at;

	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	*at += size + 1;
	return copy;
}

/* What the script would refuse, and the whole exchange with it, for as long as it is repeated. */
static bool settle_is_sound(const struct lq_exchange *x, const struct lq_settle *settle)
{
	const unsigned char *bytes = settle->bytes;

	if (settle->queue >= x->n_queues || !settle->id || !lq__is_job_id(settle->id) ||
	    settle->kind > LQ_SETTLE_RETURN || !bytes || settle->size < LQ_RECORD_TAIL_SIZE ||
	    bytes[settle->size - 1] != entry_kinds[settle->kind])
		return false;
	if (settle->kind > LQ_SETTLE_CANCELED)
		return (settle->mode == 's' || settle->mode == 'a') && settle->ms >= 0;
	if (settle->mode != 's' && settle->mode != 'a' && settle->mode != 't')
		return false;
	return settle->ms >= LQ_FOREVER && (settle->ms != 0 || settle->mode == 't');
}

int lq_exchange_add_settle(struct lq_exchange *x, const struct lq_settle *settle)
{
	if (!settle_is_sound(x, settle))
		return -EINVAL;
	if (x->n_settles == LQ_EXCHANGE_MAX)
		return -EMSGSIZE;

	size_t id_size = strlen(settle->id);
	size_t key_size = settle->unique_key ? strlen(settle->unique_key) : 0;
	size_t total = id_size + key_size + settle->size + 3;
	char *block = malloc(total);

	if (!block)
		return -ENOMEM;

	struct exchange_settle *added = &x->settles[x->n_settles++];
	char *at = block;

	*added = (struct exchange_settle){ .settle = *settle, .block = block };
	added->settle.id = put(&at, settle->id, id_size);
	added->settle.bytes = put(&at, settle->bytes, settle->size);
	if (settle->unique_key)
		added->settle.unique_key = put(&at, settle->unique_key, key_size);
	x->size += total + 4 * ARGUMENT_OVERHEAD;
	return 0;
}

static int children_grow(struct lq_exchange *x)
{
	size_t capacity = x->children_capacity ? x->children_capacity * 2 : 16;
	struct exchange_child *children = realloc(x->children, capacity * sizeof(*children));

	if (!children)
		return -ENOMEM;
	x->children = children;
	x->children_capacity = capacity;
	return 0;
}

static bool is_within(int64_t ms, int64_t max)
{
	return ms >= 0 && ms <= max;
}

static bool key_is_sound(const struct lq_child *child)
{
	size_t size = child->unique_key ? strnlen(child->unique_key, LQ_UNIQUE_KEY_MAX + 1) : 1;

	return size > 0 && size <= LQ_UNIQUE_KEY_MAX &&
	       is_within(child->unique_ttl_ms, LQ_DURATION_MAX_MS);
}

bool lq_child_is_sound(const struct lq_child *child)
{
	const unsigned char *envelope = child->envelope;

	return child->queue && lq__is_queue_name(child->queue) && child->id &&
	       lq__is_job_id(child->id) && envelope && child->envelope_size > 0 &&
	       child->envelope_size <= LQ_ENVELOPE_MAX &&
	       envelope[child->envelope_size - 1] == LQ_ENTRY_ENVELOPE &&
	       is_within(child->delay_ms, LQ_DURATION_MAX_MS) &&
	       is_within(child->run_at_ms, LQ_TIME_MAX_MS) && key_is_sound(child);
}

int lq_exchange_add_child(struct lq_exchange *x, const struct lq_child *child)
{
	if (child->settle >= x->n_settles || !lq_child_is_sound(child))
		return -EINVAL;
	if (x->n_children == LQ_EXCHANGE_CHILDREN_MAX)
		return -EMSGSIZE;
	if (x->n_children == x->children_capacity && children_grow(x) < 0)
		return -ENOMEM;

	size_t queue_size = strlen(child->queue), id_size = strlen(child->id);
	size_t key_size = child->unique_key ? strlen(child->unique_key) : 0;
	size_t total = queue_size + id_size + key_size + child->envelope_size + 4;
	char *block = malloc(total);

	if (!block)
		return -ENOMEM;

	struct exchange_child *added = &x->children[x->n_children++];
	char *at = block;

	*added = (struct exchange_child){ .child = *child, .block = block };
	added->child.queue = put(&at, child->queue, queue_size);
	added->child.id = put(&at, child->id, id_size);
	added->child.envelope = put(&at, child->envelope, child->envelope_size);
	if (child->unique_key)
		added->child.unique_key = put(&at, child->unique_key, key_size);
	x->size += total + 8 * ARGUMENT_OVERHEAD;
	return 0;
}

size_t lq_exchange_n_settles(const struct lq_exchange *x)
{
	return x->n_settles;
}

size_t lq_exchange_n_children(const struct lq_exchange *x)
{
	return x->n_children;
}

size_t lq_exchange_size(const struct lq_exchange *x)
{
	return x->size;
}
