/* SPDX-License-Identifier: MIT */
/* A worker of one's own: handlers linked into a program instead of loaded as a module. */
#ifndef LIBQUEUE_WORKER_H
#define LIBQUEUE_WORKER_H

#include <libqueue/export.h>
#include <libqueue/handler.h>

LQ_BEGIN_DECLS

/*
 * `int main(int argc, char **argv) { return lq_worker_main(argc, argv, &lq_handlers); }`
 *
 * Takes lq-worker's options and signals and behaves as it does: it becomes
 * lq-worker (found in PATH, then where libqueue was installed), in this pid, with this program
 * named as the spawner to run. So main() runs twice, the second time in the spawner, with argv[0]
 * alone: what stands before the call must bear that and leave no socket and no thread. Returns only
 * on failure, with an exit code (2, 4). Since: 0.1
 */
LQ_API int lq_worker_main(int argc, char **argv, const struct lq_handler_table *handlers);

LQ_END_DECLS

#endif
