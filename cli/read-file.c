/* SPDX-License-Identifier: MIT */
/* A whole file, up to a limit. */
#include "read-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"

#define CHUNK 65536

static int read_all(int fd, struct buffer *buffer)
{
	for (;;) {
		uint8_t *room;
		ssize_t n;
		int r = buffer_reserve(buffer, CHUNK, &room);

		if (r < 0)
			return r;
		n = read(fd, room, CHUNK);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			buffer_commit(buffer, (size_t)n);
	}
}

int read_file(const char *path, size_t max, char **ret_data, size_t *ret_size)
{
	_cleanup_(buffer_fini) struct buffer buffer = BUFFER_INIT(max + CHUNK);
	_cleanup_(cleanup_close) int opened = -1;
	int r;

	if (strcmp(path, "-") != 0) {
		opened = open(path, O_RDONLY | O_CLOEXEC);
		if (opened < 0)
			return -errno;
	}
	r = read_all(opened < 0 ? STDIN_FILENO : opened, &buffer);
	if (r < 0)
		return r;
	if (buffer_size(&buffer) > max)
		return -EMSGSIZE;
	*ret_data = (char *)buffer_take(&buffer, ret_size);
	return 0;
}
