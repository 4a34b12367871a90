/* SPDX-License-Identifier: MIT */
/*
 * Registering a queue. What comes of it is not the verb's concern: a job is made or not
 * without it, and a name that is missing is put back by the worker that serves the queue.
 */
#include "register.h"

#include "args.h"
#include "cleanup.h"
#include "client-internal.h"
#include "keys.h"
#include "known-queues.h"

static void on_reply(void *userdata, int error, const struct reply *message)
{
	(void)message;
	if (error)
		lq__known_queues_clear(userdata);
}

int lq__register_queue(struct lq_client *client, const char *queue)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	struct lq__known_queues *known = lq__client_known_queues(client);
	struct lq_conn *conn = lq__client_conn(client);
	char key[LQ__KEY_SIZE];

	if (lq__known_queues_has(known, queue))
		return 0;
	lq__args_add_str(&args, "SADD");
	lq__args_add_str(&args, lq__key_queues(key, lq__conn_prefix(conn)));
	lq__args_add_str(&args, queue);
	if (args.error)
		return args.error;

	int r = lq__conn_command(conn, args.items, args.n, on_reply, known);

	if (r >= 0)
		lq__known_queues_add(known, queue);
	return r;
}
