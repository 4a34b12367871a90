/* SPDX-License-Identifier: MIT */
/* lq_worker_list(): the set of workers, and the hash of each one that is alive. */
#include "args.h"
#include "cleanup.h"
#include "client-internal.h"
#include "keys.h"
#include "names.h"
#include "script-call.h"
#include "worker-info.h"

#include <errno.h>
#include <libqueue/inspect.h>
#include <string.h>

/* The two answers for one worker go into its place of the list. */
struct seen {
	struct lq_worker_info info;
	int error;     /* of reading the hash */
	bool is_alive; /* it has a hash that makes sense */
};

struct listing {
	struct seen *seen;
	size_t n;
};

static void listing_fini(struct listing *l)
{
	for (size_t i = 0; l->seen && i < l->n; i++)
		lq__worker_info_fini(&l->seen[i].info);
	free(l->seen);
}

static void on_hash(void *userdata, int error, const struct reply *message)
{
	struct seen *seen = userdata;

	seen->error = error ? error : lq__worker_info_read(message, &seen->info);
	seen->is_alive = seen->error == 0;
}

static void on_lease(void *userdata, int error, const struct reply *message)
{
	struct seen *seen = userdata;

	if (error || lq__reply_want_int(message, &seen->info.lease_left_ms) < 0 ||
	    seen->info.lease_left_ms < 0)
		seen->info.lease_left_ms = 0;
}

static int ask_worker(struct lq_conn *conn, const struct reply *worker, struct seen *seen)
{
	_cleanup_(lq__args_fini) struct lq__args hash = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	if (worker->type != REPLY_STRING || strlen(worker->str) != worker->size ||
	    !lq__is_job_id(worker->str))
		return 0; /* not ours */
	(void)lq__key_worker(key, lq__conn_prefix(conn), worker->str);
	lq__args_add_str(&hash, "HMGET");
	lq__args_add_str(&hash, key);
	lq__worker_info_fields(&hash);
	if (hash.error)
		return hash.error;

	const struct lq__arg ttl[] = { { "PTTL", 4 }, { key, strlen(key) } };
	int r = lq__conn_command(conn, hash.items, hash.n, on_hash, seen);

	return r < 0 ? r : lq__conn_command(conn, ttl, 2, on_lease, seen);
}

static int ask_all(struct lq_client *client, const struct reply *workers, struct listing *l)
{
	int r = 0;

	l->seen = calloc(workers->size + 1, sizeof(*l->seen));
	if (!l->seen)
		return lq__client_fail(client, -ENOMEM, "no memory to list the workers");
	l->n = workers->size;
	for (size_t i = 0; i < l->n && r >= 0; i++)
		r = ask_worker(lq__client_conn(client), workers->elements[i], &l->seen[i]);
	if (r < 0)
		(void)lq__client_fail(client, r, "no memory to list the workers");

	/* Also after a failure: what has been sent answers into the list. */
	int finished = lq__client_finish(client);

	return r < 0 ? r : finished;
}

static int compare_workers(const void *left, const void *right)
{
	const struct lq_worker_info *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int gather_alive(struct lq_client *client, struct listing *l, struct lq_workers *ret)
{
	struct lq_worker_info *workers = calloc(l->n + 1, sizeof(*workers));
	size_t n = 0;

	if (!workers)
		return lq__client_fail(client, -ENOMEM, "no memory to list the workers");
	for (size_t i = 0; i < l->n; i++) {
		if (!l->seen[i].is_alive)
			continue;
		workers[n++] = l->seen[i].info;
		l->seen[i].info = (struct lq_worker_info){ .n_queues = 0 };
	}
	qsort(workers, n, sizeof(*workers), compare_workers);
	*ret = (struct lq_workers){ .workers = workers, .n = n };
	return 0;
}

/* One worker whose hash is gone or foreign is none; a refusal or no memory is a failure of all. */
static int first_error(struct lq_client *client, const struct listing *l)
{
	for (size_t i = 0; i < l->n; i++) {
		int error = l->seen[i].error;

		if (error == -ENOMEM || error == -EACCES)
			return lq__client_fail(client, error, "cannot read the workers: %s",
					       lq_result_text(error));
	}
	return 0;
}

int lq_worker_list(struct lq_client *client, struct lq_workers *ret_list)
{
	_cleanup_(lq__cleanup_reply) struct reply *workers = NULL;
	_cleanup_(listing_fini) struct listing l = { .n = 0 };
	char key[LQ__KEY_SIZE];
	int r = lq__client_check(client);

	if (r < 0)
		return r;
	if (!ret_list)
		return lq__client_fail(client, -EINVAL, "ret_list is missing (NULL)");
	r = lq__client_begin(client, 0);
	if (r < 0)
		return r;
	(void)lq__key_workers(key, lq__conn_prefix(lq__client_conn(client)));

	const struct lq__arg args[] = {
		{ "ZRANGE", 6 }, { key, strlen(key) }, { "0", 1 }, { "-1", 2 }
	};

	r = lq__client_command(client, args, 4, &workers);
	if (r < 0)
		return r;
	if (lq__reply_want_array(workers, 0, SIZE_MAX) < 0)
		return lq__fail_reply(client, "ZRANGE");
	r = ask_all(client, workers, &l);
	if (r >= 0)
		r = first_error(client, &l);
	return r < 0 ? r : gather_alive(client, &l, ret_list);
}

void lq_workers_free(struct lq_workers *list)
{
	if (!list)
		return;
	for (size_t i = 0; list->workers && i < list->n; i++)
		lq__worker_info_fini(&list->workers[i]);
	free(list->workers);
	*list = (struct lq_workers){ .n = 0 };
}
