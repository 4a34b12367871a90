/* SPDX-License-Identifier: MIT */
/* Modules that a worker must refuse; BAD says which. */
#include <errno.h>
#include <libqueue/handler.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_TABLE 1
#define OTHER_ABI 2
#define OTHER_SIZE 3
#define BAD_NAME 4
#define NO_FUNCTION 5
#define INIT_FAILS 6
#define INIT_SOCKET 7
#define INIT_THREAD 8
#define RUNNER_INIT_FAILS 9

#if BAD == NO_TABLE
LQ_API int has_no_table(void);
int has_no_table(void)
{
	return 0;
}
#else

#if BAD != NO_FUNCTION
static int run(struct lq_job *job)
{
	(void)job;
	return 0;
}
#endif

#if BAD == OTHER_ABI || BAD == OTHER_SIZE
static const struct lq_handler entries[] = { { .name = "h", .run = run } };
extern LQ_API const struct lq_handler_table lq_handlers;
const struct lq_handler_table lq_handlers = {
	BAD == OTHER_ABI ? 99 : LQ_HANDLERS_ABI,
	BAD == OTHER_SIZE ? 8 : sizeof(struct lq_handler),
	entries,
	1,
	NULL,
};
#else

#if BAD == INIT_FAILS
static int init(void)
{
	return -ENOENT;
}
LQ_MODULE_HOOKS(.init = init)
#elif BAD == RUNNER_INIT_FAILS
static int init(void)
{
	return -ECONNREFUSED;
}
LQ_MODULE_HOOKS(.runner_init = init)
#elif BAD == INIT_SOCKET
static int init(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? -errno : 0;
}
LQ_MODULE_HOOKS(.init = init)
#elif BAD == INIT_THREAD
static void *idle(void *arg)
{
	for (;;)
		(void)pause();
	return arg;
}
static int init(void)
{
	pthread_t thread;

	return -pthread_create(&thread, NULL, idle, NULL);
}
LQ_MODULE_HOOKS(.init = init)
#endif

#if BAD == BAD_NAME
LQ_HANDLERS({ "has space", run })
#elif BAD == NO_FUNCTION
LQ_HANDLERS({ .name = "h" })
#else
LQ_HANDLERS({ "h", run })
#endif
#endif
#endif
