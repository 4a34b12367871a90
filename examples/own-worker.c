/* SPDX-License-Identifier: MIT */
/*
 * A worker of one's own: the handlers are linked into the program, not loaded.
 *
 *   cc own-worker.c $(pkg-config --cflags --libs libqueue-handler) -o own-worker
 *   ./own-worker -u redis://127.0.0.1:6379/0 --burst       (it takes lq-worker's options)
 *   lq enqueue --wait add a:=1 b:=2
 */
#include <errno.h>
#include <libqueue/handler.h>
#include <libqueue/worker.h>
#include <stdint.h>

/* {"a": 1, "b": 2} -> 3 */
static int add(struct lq_job *job)
{
	int64_t a, b, sum;

	if (lq_job_unpack(job, "{s:I, s:I}", "a", &a, "b", &b) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	if (__builtin_add_overflow(a, b, &sum))
		return -ERANGE;
	return lq_job_return(job, "I", sum);
}

/* [1, 2, 3] -> 2, and two follow-up jobs, which are published with this one's success or not at
 * all */
static int add_pairs(struct lq_job *job)
{
	int64_t a, b, c;

	if (lq_job_unpack(job, "[III]", &a, &b, &c) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	if (lq_job_enqueue(job, "add", lq_pack("{s:I, s:I}", "a", a, "b", b), NULL, NULL) < 0 ||
	    lq_job_enqueue(job, "add", lq_pack("{s:I, s:I}", "a", b, "b", c), NULL, NULL) < 0)
		return lq_job_fail(job, "follow-up: %s", lq_job_error(job));
	return lq_job_return(job, "i", 2);
}

LQ_HANDLERS({ "add", add }, { "add_pairs", add_pairs }, )

int main(int argc, char **argv)
{
	return lq_worker_main(argc, argv, &lq_handlers);
}
