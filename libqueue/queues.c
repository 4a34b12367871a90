/* SPDX-License-Identifier: MIT */
/* lq_queue_list(): the set of queues. */
#include "cleanup.h"
#include "client-internal.h"
#include "keys.h"
#include "names.h"
#include "script-call.h"

#include <errno.h>
#include <libqueue/inspect.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What is no queue's name is not ours, and is passed over. */
static int read_names(struct lq_client *client, const struct reply *message,
		      struct lq_queue_names *ret)
{
	size_t n = 0;
	char(*names)[LQ_NAME_MAX + 1] = calloc(message->size + 1, sizeof(*names));

	if (!names)
		return lq__client_fail(client, -ENOMEM, "no memory for the names of %zu queues",
				       message->size);
	for (size_t i = 0; i < message->size; i++) {
		const struct reply *name = message->elements[i];

		if (name->type != REPLY_STRING || strlen(name->str) != name->size ||
		    !lq__is_queue_name(name->str))
			continue;
		memcpy(names[n++], name->str, name->size + 1);
	}
	qsort(names, n, sizeof(*names), compare_names);
	*ret = (struct lq_queue_names){ .names = names, .n = n };
	return 0;
}

int lq_queue_list(struct lq_client *client, struct lq_queue_names *ret_names)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	char key[LQ__KEY_SIZE];
	int r = lq__client_check(client);

	if (r < 0)
		return r;
	if (!ret_names)
		return lq__client_fail(client, -EINVAL, "ret_names is missing (NULL)");
	r = lq__client_begin(client, 0);
	if (r < 0)
		return r;
	(void)lq__key_queues(key, lq__conn_prefix(lq__client_conn(client)));

	const struct lq__arg args[] = { { "SMEMBERS", 8 }, { key, strlen(key) } };

	r = lq__client_command(client, args, 2, &message);
	if (r < 0)
		return r;
	if (lq__reply_want_array(message, 0, SIZE_MAX) < 0)
		return lq__fail_reply(client, "SMEMBERS");
	return read_names(client, message, ret_names);
}

void lq_queue_names_free(struct lq_queue_names *names)
{
	if (!names)
		return;
	free(names->names);
	*names = (struct lq_queue_names){ .n = 0 };
}
