/* SPDX-License-Identifier: MIT */
/*
 * Sending an exchange: settles that share queue, kind, ms, mode and uniqueness go as one
 * group, since the script works by the group; the answers are put back into the order
 * of adding.
 */
#include "args.h"
#include "cleanup.h"
#include "conn.h"
#include "exchange.h"
#include "gather.h"
#include "keys.h"
#include "macro.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
	[LQ_SETTLE_FINISHED] = "finished", [LQ_SETTLE_FAILED] = "failed",
	[LQ_SETTLE_STOPPED] = "stopped",   [LQ_SETTLE_CANCELED] = "canceled",
	[LQ_SETTLE_RETRY] = "retry",       [LQ_SETTLE_SNOOZE] = "snooze",
	[LQ_SETTLE_UNKNOWN] = "unknown",   [LQ_SETTLE_RETURN] = "return",
};

/* The settles in the order of sending, cut into groups. */
struct grouping {
	size_t order[LQ_EXCHANGE_MAX];
	size_t starts[LQ_EXCHANGE_MAX + 1]; /* of each group in order; then the end */
	size_t n_groups;
};

/* Queues that are only targets of follow-up jobs. */
struct targets {
	const char **names; /* borrowed from the children */
	size_t n;
};

struct call {
	lq_exchange_fn fn;
	void *userdata;
	struct exchange_question question;
};

static void targets_fini(struct targets *targets)
{
	free(targets->names);
}

static bool is_same_group(const struct lq_settle *a, const struct lq_settle *b)
{
	return a->queue == b->queue && a->kind == b->kind && a->ms == b->ms && a->mode == b->mode &&
	       !a->unique_key == !b->unique_key;
}

static void group_settles(const struct lq_exchange *x, struct grouping *ret)
{
	bool is_taken[LQ_EXCHANGE_MAX] = { false };
	size_t n = 0;

	*ret = (struct grouping){ .n_groups = 0 };
	for (size_t i = 0; i < x->n_settles; i++) {
		if (is_taken[i])
			continue;
		ret->starts[ret->n_groups++] = n;
		for (size_t j = i; j < x->n_settles; j++) {
			if (is_taken[j] ||
			    !is_same_group(&x->settles[i].settle, &x->settles[j].settle))
				continue;
			is_taken[j] = true;
			ret->order[n++] = j;
		}
	}
	ret->starts[ret->n_groups] = n;
}

/* The place of a queue among KEYS, from 0; n_queues + n if it is not there. */
static size_t key_of(const struct lq_exchange *x, const struct targets *targets, const char *queue)
{
	for (size_t i = 0; i < x->n_queues; i++) {
		if (!strcmp(x->queues[i].name, queue))
			return i;
	}
	for (size_t i = 0; i < targets->n; i++) {
		if (!strcmp(targets->names[i], queue))
			return x->n_queues + i;
	}
	return x->n_queues + targets->n;
}

static int find_targets(const struct lq_exchange *x, struct targets *targets)
{
	if (x->n_children == 0)
		return 0;
	targets->names = calloc(x->n_children, sizeof(*targets->names));
	if (!targets->names)
		return -ENOMEM;
	for (size_t i = 0; i < x->n_children; i++) {
		const char *queue = x->children[i].child.queue;

		if (key_of(x, targets, queue) == x->n_queues + targets->n)
			targets->names[targets->n++] = queue;
	}
	return 0;
}

static void add_keys(struct lq__args *args, const struct lq_exchange *x,
		     const struct targets *targets, const char *prefix)
{
	char key[LQ__KEY_SIZE];

	for (size_t i = 0; i < x->n_queues; i++)
		lq__args_copy(args, lq__key_base(key, prefix, x->queues[i].name));
	for (size_t i = 0; i < targets->n; i++)
		lq__args_copy(args, lq__key_base(key, prefix, targets->names[i]));
}

static void add_group(struct lq__args *args, const struct lq_exchange *x, const size_t *order,
		      size_t n)
{
	const struct lq_settle *first = &x->settles[order[0]].settle;

	lq__args_uint(args, first->queue + 1);
	lq__args_add_str(args, kind_names[first->kind]);
	lq__args_int(args, first->ms);
	lq__args_add(args, &first->mode, 1);
	lq__args_add_str(args, first->unique_key ? "1" : "0");
	lq__args_uint(args, n);
	for (size_t i = 0; i < n; i++) {
		const struct lq_settle *settle = &x->settles[order[i]].settle;

		lq__args_add_str(args, settle->id);
		lq__args_uint(args, settle->token);
		lq__args_add(args, settle->bytes, settle->size);
		if (settle->unique_key)
			lq__args_add_str(args, settle->unique_key);
	}
}

static void add_children(struct lq__args *args, const struct lq_exchange *x,
			 const struct targets *targets, const struct grouping *groups)
{
	size_t places[LQ_EXCHANGE_MAX] = { 0 };

	for (size_t i = 0; i < x->n_settles; i++)
		places[groups->order[i]] = i;
	for (size_t i = 0; i < x->n_children; i++) {
		const struct lq_child *child = &x->children[i].child;

		lq__args_uint(args, places[child->settle] + 1);
		lq__args_uint(args, key_of(x, targets, child->queue) + 1);
		lq__args_when(args, child->delay_ms, child->run_at_ms);
		lq__args_add_str(args, child->front ? "1" : "0");
		lq__args_add_str(args, child->unique_key ? child->unique_key : "");
		lq__args_int(args, child->unique_ttl_ms);
		lq__args_add_str(args, child->id);
		lq__args_add(args, child->envelope, child->envelope_size);
	}
}

static void on_reply(void *userdata, int error, const struct reply *message)
{
	_cleanup_(cleanup_free) struct call *call = userdata;
	struct exchange_answer answer;

	if (error == -EINVAL)
		error = -EPROTO; /* LQBAD: what was added had been looked at */
	if (!error)
		error = lq__exchange_read(message, &call->question, &answer);
	call->fn(call->userdata, error, error ? NULL : &answer.reply);
}

/* A target must be known before its first use; one too many does no harm, and one that is
 * refused is registered by the worker that serves it. */
static int register_targets(const struct targets *targets, struct lq_conn *conn)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	if (targets->n == 0)
		return 0;
	lq__args_add_str(&args, "SADD");
	lq__args_copy(&args, lq__key_queues(key, lq__conn_prefix(conn)));
	for (size_t i = 0; i < targets->n; i++)
		lq__args_add_str(&args, targets->names[i]);
	if (args.error)
		return args.error;
	return lq__conn_command(conn, args.items, args.n, lq__ignore_reply, NULL);
}

static void add_all(struct lq__args *args, const struct lq_exchange *x,
		    const struct targets *targets, const struct grouping *groups, size_t want,
		    const char *prefix)
{
	add_keys(args, x, targets, prefix);
	lq__args_add_str(args, x->worker);
	lq__args_int(args, x->lease_ms);
	lq__args_uint(args, want);
	lq__args_uint(args, x->n_queues);
	lq__args_uint(args, groups->n_groups);
	lq__args_uint(args, x->n_children);
	for (size_t i = 0; i < x->n_queues; i++)
		lq__args_uint(args, x->queues[i].token);
	for (size_t i = 0; i < groups->n_groups; i++)
		add_group(args, x, groups->order + groups->starts[i],
			  groups->starts[i + 1] - groups->starts[i]);
	add_children(args, x, targets, groups);
}

int lq_exchange_send(struct lq_exchange *x, struct lq_conn *conn, lq_exchange_fn fn, void *userdata)
{
	_cleanup_(targets_fini) struct targets targets = { .n = 0 };
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	_cleanup_(cleanup_free) struct call *call = malloc(sizeof(*call));
	struct grouping groups;
	size_t want = MIN(x->want, LQ_EXCHANGE_MAX - x->n_settles);

	if (x->n_queues == 0)
		return -EINVAL;
	if (!call || find_targets(x, &targets) < 0)
		return -ENOMEM;
	group_settles(x, &groups);
	add_all(&args, x, &targets, &groups, want, lq__conn_prefix(conn));
	if (args.error)
		return args.error;

	*call = (struct call){
		.fn = fn,
		.userdata = userdata,
		.question = { .n_settles = x->n_settles, .n_queues = x->n_queues, .want = want }
	};
	memcpy(call->question.order, groups.order, sizeof(groups.order));

	int r = register_targets(&targets, conn);

	if (r < 0)
		return r;
	r = lq__conn_script(conn, LQ_SCRIPT_EXCHANGE, x->n_queues + targets.n, args.items, args.n,
			    on_reply, call);
	if (r >= 0)
		(void)TAKE(call);
	return r;
}
