/* SPDX-License-Identifier: MIT */
#include "macro.h"
#include "request.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char sent[65536];
static size_t n_sent;

/* Sends all there is, `step` bytes at a time over at most n_max pieces. */
static void send_all(struct lq__requests *requests, bool login_only, size_t step, size_t n_max)
{
	n_sent = 0;
	while (lq__requests_has_unsent(requests, login_only)) {
		struct iovec iov[8];
		size_t n = lq__requests_to_send(requests, login_only, iov, n_max), left = step;

		ck_assert_uint_ge(n, 1);
		for (size_t i = 0; i < n && left > 0; i++) {
			size_t part = MIN(left, iov[i].iov_len);

			memcpy(sent + n_sent, iov[i].iov_base, part);
			n_sent += part;
			left -= part;
		}
		lq__requests_sent(requests, step - left);
	}
}

static struct reply *new_reply(enum reply_type type, const char *text)
{
	struct reply *reply = calloc(1, sizeof(*reply) + strlen(text) + 1);

	reply->type = type;
	reply->str = (char *)(reply + 1);
	reply->size = strlen(text);
	memcpy(reply->str, text, reply->size);
	return reply;
}

static int answer(struct lq__requests *requests, enum reply_type type, const char *text)
{
	struct reply *reply = new_reply(type, text);
	int r = lq__requests_answer(requests, reply);

	if (r < 0)
		lq__reply_free(reply);
	return r;
}

static struct lq__request *add_command(struct lq__requests *requests, const char *name)
{
	const struct lq__arg arg = { name, strlen(name) };
	struct lq__request *request;

	ck_assert_int_eq(lq__request_command(&arg, 1, &request), 0);
	lq__requests_add(requests, request);
	return request;
}

static struct lq__request *add_script(struct lq__requests *requests, enum lq_script_id id)
{
	static const struct lq__arg args[] = { { "lq:{q}", 6 }, { "a\r\n", 3 } };
	struct lq__request *request;

	ck_assert_int_eq(lq__request_script(&lq__scripts[id], 1, args, 2, &request), 0);
	lq__requests_add(requests, request);
	return request;
}

static void take(struct lq__requests *requests, struct lq__request *expected, const char *text)
{
	struct lq__request *request = lq__requests_take_answered(requests);

	ck_assert_ptr_eq(request, expected);
	ck_assert_str_eq(request->reply->str, text);
	lq__request_free(request);
}

/* The bytes of a script, as digest and as text, whatever is sent at a time. */
START_TEST(test_bytes)
{
	const struct lq_script *script = &lq__scripts[LQ_SCRIPT_FIND];
	char digest[512], *text = malloc(script->size + 512);
	int digest_size = snprintf(digest, sizeof(digest),
				   "*1\r\n$4\r\nPING\r\n*5\r\n$7\r\nEVALSHA\r\n$40\r\n%s\r\n$1\r\n1"
				   "\r\n$6\r\nlq:{q}\r\n$3\r\na\r\n\r\n",
				   script->sha1);
	int text_size = snprintf(text, script->size + 512,
				 "*5\r\n$4\r\nEVAL\r\n$%zu\r\n%s\r\n$1\r\n1\r\n$6\r\nlq:{q}\r\n"
				 "$3\r\na\r\n\r\n",
				 script->size, script->text);

	for (size_t step = 1; step < 300; step++) {
		struct lq__requests requests;

		lq__requests_init(&requests);
		struct lq__request *ping = add_command(&requests, "PING");
		struct lq__request *find = add_script(&requests, LQ_SCRIPT_FIND);
		send_all(&requests, false, step, 1 + step % 4);
		ck_assert_uint_eq(n_sent, (size_t)digest_size);
		ck_assert_mem_eq(sent, digest, n_sent);

		ck_assert_int_eq(answer(&requests, REPLY_STATUS, "PONG"), 0);
		take(&requests, ping, "PONG");
		ck_assert_int_eq(answer(&requests, REPLY_ERROR, "NOSCRIPT No matching"), 0);
		ck_assert_ptr_null(lq__requests_take_answered(&requests));
		send_all(&requests, false, step, 1 + step % 4);
		ck_assert_uint_eq(n_sent, (size_t)text_size);
		ck_assert_mem_eq(sent, text, n_sent);
		ck_assert_int_eq(answer(&requests, REPLY_STRING, "found"), 0);
		take(&requests, find, "found");
		ck_assert_uint_eq(requests.n, 0);
	}
	free(text);
}
END_TEST

/* Answers that overtake a script's second sending wait for it. */
START_TEST(test_order_after_noscript)
{
	struct lq__requests requests;

	lq__requests_init(&requests);
	struct lq__request *a = add_script(&requests, LQ_SCRIPT_FIND);
	struct lq__request *b = add_command(&requests, "PING");
	struct lq__request *c = add_script(&requests, LQ_SCRIPT_LIST);
	send_all(&requests, false, 4096, 8);
	ck_assert_int_eq(answer(&requests, REPLY_ERROR, "NOSCRIPT"), 0);
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "b"), 0);
	ck_assert_ptr_null(lq__requests_take_answered(&requests));
	ck_assert_int_eq(answer(&requests, REPLY_ERROR, "NOSCRIPT"), 0);
	ck_assert_uint_eq(requests.n, 3);
	/* Neither has been sent again yet: an answer would belong to nothing. */
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "early"), -EPROTO);
	send_all(&requests, false, 4096, 8);
	ck_assert_int_eq(answer(&requests, REPLY_STRING, "a"), 0);
	take(&requests, a, "a");
	take(&requests, b, "b");
	ck_assert_ptr_null(lq__requests_take_answered(&requests));
	/* The text is not known either: that is an answer like others. */
	ck_assert_int_eq(answer(&requests, REPLY_ERROR, "NOSCRIPT again"), 0);
	take(&requests, c, "NOSCRIPT again");
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "extra"), -EPROTO);
}
END_TEST

START_TEST(test_login_goes_first)
{
	struct lq__requests requests;
	const struct lq__arg ping = { "PING", 4 };
	struct lq__request *login;

	lq__requests_init(&requests);
	ck_assert_int_eq(lq__request_command(&ping, 1, &login), 0);
	login->is_login = true;
	lq__requests_add(&requests, login);
	struct lq__request *other = add_command(&requests, "GET");
	ck_assert_uint_eq(requests.n, 1);
	send_all(&requests, true, 3, 8);
	ck_assert_uint_eq(n_sent, strlen("*1\r\n$4\r\nPING\r\n"));
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "PONG"), 0);
	take(&requests, login, "PONG");
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "early"), -EPROTO);
	send_all(&requests, false, 3, 8);
	ck_assert_uint_eq(n_sent, strlen("*1\r\n$3\r\nGET\r\n"));
	ck_assert_ptr_eq(lq__requests_take_first(&requests), other);
	lq__request_free(other);
	ck_assert_ptr_null(lq__requests_take_first(&requests));
	lq__request_free(NULL);
}
END_TEST

/* A connection ends with requests in every state. */
START_TEST(test_take_first_in_every_state)
{
	struct lq__requests requests;
	struct lq__request *request;
	size_t n = 0;

	lq__requests_init(&requests);
	add_script(&requests, LQ_SCRIPT_FIND);
	add_command(&requests, "PING");
	send_all(&requests, false, 4096, 8);
	ck_assert_int_eq(answer(&requests, REPLY_ERROR, "NOSCRIPT"), 0);
	ck_assert_int_eq(answer(&requests, REPLY_STATUS, "PONG"), 0);
	add_command(&requests, "GET");
	while ((request = lq__requests_take_first(&requests))) {
		ck_assert_int_eq(request->reply != NULL, n == 1);
		lq__request_free(request);
		n++;
	}
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(requests.n, 0);
	ck_assert(!lq__requests_has_unsent(&requests, false));
	ck_assert(TAILQ_EMPTY(&requests.wire));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("request");
	TCase *tc = tcase_create("request");

	tcase_add_test(tc, test_bytes);
	tcase_add_test(tc, test_order_after_noscript);
	tcase_add_test(tc, test_login_goes_first);
	tcase_add_test(tc, test_take_first_in_every_state);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
