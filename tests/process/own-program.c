/* SPDX-License-Identifier: MIT */
/* A worker of one's own, for the tests of lq_worker_main(). */
#include <libqueue/worker.h>
#include <stdlib.h>

static int run_own(struct lq_job *job)
{
	return lq_job_return(job, "s", getenv("LQ_SPAWNER_FD") ? "the variable is left" : "own");
}

LQ_HANDLERS({ "own", run_own })

int main(int argc, char **argv)
{
	return lq_worker_main(argc, argv, &lq_handlers);
}
