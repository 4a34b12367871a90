/* SPDX-License-Identifier: MIT */
#include "alive.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define EVERY_MS 1000

static int touch(const char *path)
{
	_cleanup_(cleanup_close) int fd =
		open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);

	if (fd < 0 || futimens(fd, NULL) < 0)
		return -errno;
	return 0;
}

static void on_second(void *userdata)
{
	struct alive *alive = userdata;

	(void)touch(alive->path); /* Who watches it sees that. */
	loop_timer_in(alive->loop, &alive->timer, EVERY_MS);
}

int alive_start(struct alive *alive, struct loop *loop, const char *path)
{
	*alive =
		(struct alive){ .loop = loop, .timer = LOOP_TIMER(on_second, alive), .path = path };
	if (!path)
		return 0;
	loop_timer_in(loop, &alive->timer, EVERY_MS);
	return touch(path);
}

void alive_stop(struct alive *alive)
{
	if (!alive->path)
		return;
	loop_timer_stop(alive->loop, &alive->timer);
	(void)unlink(alive->path);
}
