/* SPDX-License-Identifier: MIT */
/* One call of the script enqueue, and what its answer says of each job. */
#include "enqueue-run.h"

#include "args.h"
#include "cleanup.h"
#include "clock.h"
#include "enqueue-options.h"
#include "keys.h"
#include "names.h"
#include "register.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int lq__planned_make(struct lq__planned *job, const char *handler, struct lq_value *args,
		     const struct lq_enqueue_options *options, char words[LQ__REFUSAL_SIZE])
{
	*job = (struct lq__planned){ .outcome = 0 };
	words[0] = '\0';
	job->outcome = lq__job_make(handler, args, options, LQ_DEFAULT_QUEUE, clock_realtime_ms(),
				    &job->made, words, LQ__REFUSAL_SIZE);
	if (job->outcome == 0)
		job->outcome = lq__options_read(options, &job->options, words, LQ__REFUSAL_SIZE);
	return job->outcome;
}

void lq__planned_fini(struct lq__planned *job)
{
	free(job->made.envelope);
	job->made.envelope = NULL;
}

bool lq__planned_fits(const struct lq__planned *a, const struct lq__planned *b)
{
	return a->options.front == b->options.front && a->options.delay_ms == b->options.delay_ms &&
	       a->options.run_at_ms == b->options.run_at_ms &&
	       !a->options.unique_key == !b->options.unique_key &&
	       !strcmp(a->made.queue, b->made.queue);
}

static void add_job(struct lq__args *args, const struct lq__planned *job)
{
	const struct lq_enqueue_options *options = &job->options;

	lq__args_add_str(args, job->made.id);
	lq__args_add(args, job->made.envelope, job->made.envelope_size);
	if (!options->unique_key)
		return;
	lq__args_add_str(args, options->unique_key);
	lq__args_int(args, options->unique_ttl_ms > 0 ? options->unique_ttl_ms : 0);
}

static int read_outcome(const struct reply *message, struct lq__planned *job)
{
	const char *owner;
	size_t size;
	int64_t code;

	if (lq__reply_want_int(message, &code) == 0) {
		if (code != 0 && code != 1)
			return -EPROTO;
		job->outcome = code == 1 ? 0 : LQ_DUPLICATE;
		return 0;
	}
	if (lq__reply_want_str(message, &owner, &size) < 0 || strlen(owner) != size ||
	    !lq__is_job_id(owner))
		return -EPROTO;
	memcpy(job->made.id, owner, size + 1);
	job->outcome = LQ_LOCKED;
	return 0;
}

static int read_reply(const struct lq__run *run, const struct reply *message)
{
	if (message->type == REPLY_INTEGER) {
		if (message->integer != (int64_t)run->n)
			return -EPROTO;
		for (size_t i = 0; i < run->n; i++)
			run->jobs[i]->outcome = 0;
		return 0;
	}
	if (lq__reply_want_array(message, run->n, run->n) < 0)
		return -EPROTO;
	for (size_t i = 0; i < run->n; i++) {
		int r = read_outcome(message->elements[i], run->jobs[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static void on_reply(void *userdata, int error, const struct reply *message)
{
	struct lq__run *run = userdata;

	if (error && !message)
		return; /* the connection broke: lq__client_finish() says how */
	run->is_answered = true;
	run->error = error ? error : read_reply(run, message);
	if (!run->error)
		return;
	for (size_t i = 0; i < run->n; i++)
		run->jobs[i]->outcome = run->error;
	(void)lq__client_fail(run->client, run->error, "queue '%s': %s", run->jobs[0]->made.queue,
			      error ? message->str : "the reply of enqueue makes no sense");
}

int lq__run_send(struct lq__run *run)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	struct lq_conn *conn = lq__client_conn(run->client);
	const struct lq__planned *first = run->jobs[0];
	char base[LQ__KEY_SIZE];
	int r = lq__register_queue(run->client, first->made.queue);

	if (r < 0)
		return r;
	lq__args_copy(&args, lq__key_base(base, lq__conn_prefix(conn), first->made.queue));
	lq__args_add_str(&args, first->options.front ? "1" : "0");
	lq__args_when(&args, first->options.delay_ms, first->options.run_at_ms);
	lq__args_add_str(&args, first->options.unique_key ? "1" : "0");
	for (size_t i = 0; i < run->n; i++)
		add_job(&args, run->jobs[i]);
	if (args.error)
		return args.error;
	return lq__conn_script(conn, LQ_SCRIPT_ENQUEUE, 1, args.items, args.n, on_reply, run);
}

int lq__planned_say(struct lq_client *client, const struct lq__planned *job)
{
	if (job->outcome == LQ_DUPLICATE)
		return lq__client_fail(client, LQ_DUPLICATE,
				       "job '%s' is in queue '%s' already, and stays as it is",
				       job->made.id, job->made.queue);
	if (job->outcome == LQ_LOCKED)
		return lq__client_fail(client, LQ_LOCKED,
				       "unique key '%s' of queue '%s' is held by job '%s'",
				       job->options.unique_key, job->made.queue, job->made.id);
	return job->outcome;
}
