/* SPDX-License-Identifier: MIT */
/* Messages to and from the manager, one frame each. */
#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"
#include "cleanup.h"

#define TEXT_SIZE 4096

static void attach_fds(struct msghdr *message, char *control, const int *fds, size_t n)
{
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(n * sizeof(*fds));

	struct cmsghdr *head = message->msg_control;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(n * sizeof(*fds));
	memcpy(CMSG_DATA(head), fds, n * sizeof(*fds));
}

int control_send(int fd, const struct buffer *out, const int *fds, size_t n)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(WIRE_N_RUNNER_FDS * sizeof(int))] = { 0 };
	struct iovec data = { .iov_base = out->data + out->start, .iov_len = buffer_size(out) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t sent;

	if (n > 0)
		attach_fds(&message, control, fds, n);
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

int control_say(int fd, enum wire_type type, const char *format, ...)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	int r = wire_put_text(&out, type, text);
	return r < 0 ? r : control_send(fd, &out, NULL, 0);
}

int control_receive(int fd, void *data, struct wire_message *ret)
{
	ssize_t n = recv(fd, data, WIRE_CONTROL_MAX, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -ECONNRESET;
	if (n == 0)
		return -ECONNRESET;
	return wire_parse(data, (size_t)n, WIRE_CONTROL_MAX, ret) == n ? 1 : -EPROTO;
}

int control_check(int fd)
{
	int type;
	socklen_t size = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
		return -errno;
	return type == SOCK_SEQPACKET ? 0 : -EPROTOTYPE;
}
