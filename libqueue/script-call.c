/* SPDX-License-Identifier: MIT */
/* One script on one queue. */
#include "script-call.h"

#include "args.h"
#include "cleanup.h"
#include "keys.h"

#include <assert.h>
#include <errno.h>
#include <libqueue/error.h>
#include <stdarg.h>

static void add_arguments(struct lq__args *args, const char *format, va_list values)
{
	for (; *format; format++) {
		assert(*format == 's' || *format == 'i');
		if (*format == 's')
			lq__args_add_str(args, va_arg(values, const char *));
		else
			lq__args_int(args, va_arg(values, int64_t));
	}
}

int lq__script_call(struct lq_client *client, enum lq_script_id script, const char *queue,
		    struct reply **ret, const char *format, ...)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	char base[LQ__KEY_SIZE];
	va_list values;

	lq__args_add_str(&args,
			 lq__key_base(base, lq__conn_prefix(lq__client_conn(client)), queue));
	va_start(values, format);
	add_arguments(&args, format, values);
	va_end(values);
	if (args.error)
		return lq__client_fail(client, args.error, "no memory for a call");
	return lq__client_script(client, script, 1, args.items, args.n, ret);
}

int lq__fail_reply(struct lq_client *client, const char *script)
{
	return lq__client_fail(client, -EPROTO,
			       "the server's reply to '%s' makes no sense: is another version of "
			       "libqueue in use, or does a proxy stand between?",
			       script);
}

int lq__fail_not_found(struct lq_client *client, const char *queue, const char *id)
{
	return lq__client_fail(client, LQ_NOT_FOUND, "no job '%s' in queue '%s'", id, queue);
}
