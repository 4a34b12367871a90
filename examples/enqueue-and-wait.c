/* SPDX-License-Identifier: MIT */
/*
 * A service that enqueues a job, waits for its end and reads the result.
 *
 *   cc enqueue-and-wait.c $(pkg-config --cflags --libs libqueue) -o enqueue-and-wait
 *   ./enqueue-and-wait redis://127.0.0.1:6379/0 Ada     (a worker with module.so runs)
 */
#include <errno.h>
#include <libqueue/libqueue.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void print_result(struct lq_job_info *info)
{
	const char *text;

	if (info->state != LQ_JOB_FINISHED)
		die(lq_job_state_name(info->state),
		    info->failure && info->failure->message ? info->failure->message : "");
	/* Strings live as long as the value that they were read from. */
	if (lq_unpack(info->result, "{s:s}", "text", &text) < 0)
		die("result", "is not what was expected");
	(void)printf("%s\n", text);
}

int main(int argc, char **argv)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_client *lq = lq_client_new();
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE];
	int r;

	if (argc != 3)
		die(argv[0], "URL NAME are wanted");
	if (lq_client_open(lq, argv[1], NULL) < 0)
		die("open", lq_client_error(lq));

	how.timeout_ms = 5000;
	how.max_attempts = 3;
	r = lq_enqueue(lq, "greet", lq_pack("{s:s}", "name", argv[2]), &how, id);
	if (r == -ETIMEDOUT || r == -ECONNRESET) {
		/* Made or not, nobody knows: with the same id it will be one job. */
		how.id = id;
		r = lq_enqueue(lq, "greet", lq_pack("{s:s}", "name", argv[2]), &how, id);
	}
	if (r < 0)
		die("enqueue", lq_client_error(lq));
	(void)fprintf(stderr, "enqueued %s\n", id);

	r = lq_job_wait(lq, LQ_DEFAULT_QUEUE, id, 30000, &info);
	if (r != 0)
		die("wait", r == LQ_TIMEOUT ? "not yet, the job goes on" : lq_client_error(lq));
	print_result(info);
	lq_job_info_free(info);
	lq_client_close(lq);
	return EXIT_SUCCESS;
}
