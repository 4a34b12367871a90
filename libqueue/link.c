/* SPDX-License-Identifier: MIT */
/* The socket. Several addresses of a name are tried one after the other, each for its share of the
 * time that is left. */
#include "link.h"

#include "clock.h"
#include "macro.h"
#include "url.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A peer that is gone without a word is found out within a minute. */
#define KEEPALIVE_IDLE_S 30
#define KEEPALIVE_INTERVAL_S 10
#define KEEPALIVE_PROBES 3

/* The system's errno as one of error.h's closed list, its words kept. */
static int link_failed(struct lq__link *link, int error)
{
	(void)snprintf(link->reason, sizeof(link->reason), "%s", strerrordesc_np(error));
	switch (error) {
	case ENOMEM:
	case ENOBUFS:
	case EMFILE:
	case ENFILE:
		return -ENOMEM;
	case EACCES:
	case EPERM:
		return -EACCES;
	case ETIMEDOUT:
		return -ETIMEDOUT;
	case EAGAIN: /* connect() to a Unix socket whose queue is full */
		return -EBUSY;
	default:
		return -ECONNREFUSED;
	}
}

static int link_broken(struct lq__link *link, int error)
{
	if (error == EAGAIN || error == EWOULDBLOCK)
		return -EAGAIN;
	(void)snprintf(link->reason, sizeof(link->reason), "%s", strerrordesc_np(error));
	return error == ENOMEM || error == ENOBUFS ? -ENOMEM : -ECONNRESET;
}

/* They make a good connection better; one without them still works. */
static void set_tcp_options(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S },
		{ IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S },
		{ IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		(void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
				 sizeof(options[i].value));
}

/* 0: connected or under way; else a positive errno. */
static int begin(struct lq__link *link, int family, const struct sockaddr *address, socklen_t size)
{
	link->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd < 0)
		return errno;
	if (family != AF_UNIX)
		set_tcp_options(link->fd);
	if (connect(link->fd, address, size) == 0 || errno == EINPROGRESS || errno == EINTR)
		return 0;
	int error = errno;
	(void)close(link->fd);
	link->fd = -1;
	return error;
}

static int64_t share_of_time(const struct lq__link *link)
{
	int64_t now_ms = clock_monotonic_ms(), n = 0;

	if (link->deadline_ms < 0)
		return -1;
	for (const struct addrinfo *a = link->next; a; a = a->ai_next)
		n++;
	return now_ms + MAX(link->deadline_ms - now_ms, 0) / n;
}

/* The next address that can be begun with; error is what the one before it failed with. */
static int begin_next(struct lq__link *link, int error)
{
	while (link->next) {
		const struct addrinfo *a = link->next;

		link->address_deadline_ms = share_of_time(link);
		link->next = a->ai_next;
		error = begin(link, a->ai_family, a->ai_addr, a->ai_addrlen);
		if (error == 0)
			return 0;
	}
	return link_failed(link, error);
}

static int open_unix(struct lq__link *link, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	link->address_deadline_ms = link->deadline_ms;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int error = begin(link, AF_UNIX, (const struct sockaddr *)&address, sizeof(address));
	return error ? link_failed(link, error) : 0;
}

static int resolve(struct lq__link *link, const char *host, const char *port)
{
	static const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	int r = getaddrinfo(host, port, &hints, &link->addresses);

	if (r == 0) {
		link->next = link->addresses;
		return 0;
	}
	link->addresses = NULL;
	(void)snprintf(link->reason, sizeof(link->reason), "%s", gai_strerror(r));
	return r == EAI_MEMORY ? -ENOMEM : -ECONNREFUSED;
}

int lq__link_open(struct lq__link *link, const struct lq__url *url, int64_t timeout_ms)
{
	lq__link_close(link);
	if (!url->is_unix) {
		int r = resolve(link, url->host, url->port);
		if (r < 0)
			return r;
	}
	link->deadline_ms = timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;
	return url->is_unix ? open_unix(link, url->host) : begin_next(link, ECONNREFUSED);
}

int lq__link_adopt(struct lq__link *link, int fd)
{
	lq__link_close(link);
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return link_broken(link, errno);
	link->fd = fd;
	return 0;
}

/* 0, EINPROGRESS, or what the attempt under way has failed with. */
static int attempt_result(const struct lq__link *link)
{
	struct pollfd pfd = { .fd = link->fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);
	bool is_late =
		link->address_deadline_ms >= 0 && clock_monotonic_ms() >= link->address_deadline_ms;

	if (poll(&pfd, 1, 0) <= 0)
		return is_late ? ETIMEDOUT : EINPROGRESS;
	if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return errno;
	return error;
}

int lq__link_connect(struct lq__link *link)
{
	for (;;) {
		int error = attempt_result(link);
		if (error == EINPROGRESS)
			return 1;
		if (error == 0)
			break;
		(void)close(link->fd);
		link->fd = -1;
		int r = begin_next(link, error);
		if (r < 0)
			return r;
	}
	if (link->addresses)
		freeaddrinfo(link->addresses);
	link->addresses = NULL;
	link->next = NULL;
	return 0;
}

ssize_t lq__link_send(struct lq__link *link, const struct iovec *iov, size_t n)
{
	/* sendmsg() does not write to them; the struct is that of recvmsg() too. */
	const struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)iov,
					.msg_iovlen = n };
	ssize_t r;

	do
		r = sendmsg(link->fd, &message, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	return r < 0 ? link_broken(link, errno) : r;
}

ssize_t lq__link_receive(struct lq__link *link, void *to, size_t size)
{
	ssize_t r;

	do
		r = recv(link->fd, to, size, 0);
	while (r < 0 && errno == EINTR);
	return r < 0 ? link_broken(link, errno) : r;
}

void lq__link_close(struct lq__link *link)
{
	if (link->addresses)
		freeaddrinfo(link->addresses);
	if (link->fd >= 0)
		(void)close(link->fd);
	*link = LQ__LINK_INIT;
}
