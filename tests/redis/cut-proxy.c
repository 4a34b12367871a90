/* SPDX-License-Identifier: MIT */
/* A proxy that cuts: one thread, one connection at a time. */
#include "cut-proxy.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { UP, DOWN };

struct cut_proxy {
	pthread_t thread;
	int listener, stop[2]; /* stop: a pipe whose end closes */
	char dir[64], path[80], url[96];
	struct sockaddr_un server;
	atomic_long left[2]; /* -1: no end */
	atomic_int has_cut;
};

static int unix_socket(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	ck_assert_uint_lt(strlen(path), sizeof(ret->sun_path));
	memcpy(ret->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* false: the connection is to be cut. */
static int forward(struct cut_proxy *proxy, int direction, int from, int to)
{
	char data[4096];
	long left = atomic_load(&proxy->left[direction]);
	ssize_t size = recv(from, data, sizeof(data), 0);

	if (size <= 0)
		return 0;
	if (left >= 0 && size >= left) {
		(void)!send(to, data, (size_t)left, MSG_NOSIGNAL);
		atomic_store(&proxy->left[direction], -1);
		atomic_store(&proxy->has_cut, 1);
		return 0;
	}
	if (left >= 0)
		atomic_store(&proxy->left[direction], left - size);
	return send(to, data, (size_t)size, MSG_NOSIGNAL) == size;
}

static void serve(struct cut_proxy *proxy, int client)
{
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = connect(server, (struct sockaddr *)&proxy->server, sizeof(proxy->server));

	while (r == 0) {
		struct pollfd fds[] = { { .fd = client, .events = POLLIN },
					{ .fd = server, .events = POLLIN },
					{ .fd = proxy->stop[0], .events = POLLIN } };

		(void)poll(fds, 3, -1);
		if (fds[2].revents)
			break;
		if (fds[0].revents && !forward(proxy, UP, client, server))
			break;
		if (fds[1].revents && !forward(proxy, DOWN, server, client))
			break;
	}
	close(server);
	close(client);
}

static void *run(void *userdata)
{
	struct cut_proxy *proxy = userdata;

	for (;;) {
		struct pollfd fds[] = { { .fd = proxy->listener, .events = POLLIN },
					{ .fd = proxy->stop[0], .events = POLLIN } };

		(void)poll(fds, 2, -1);
		if (fds[1].revents)
			return NULL;

		int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);

		if (client >= 0)
			serve(proxy, client);
	}
}

struct cut_proxy *cut_proxy_start(const char *server_socket)
{
	struct cut_proxy *proxy = calloc(1, sizeof(*proxy));
	struct sockaddr_un own;

	ck_assert_ptr_nonnull(proxy);
	atomic_store(&proxy->left[UP], -1);
	atomic_store(&proxy->left[DOWN], -1);
	(void)snprintf(proxy->dir, sizeof(proxy->dir), "/tmp/lq-proxy-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(proxy->dir));
	(void)snprintf(proxy->path, sizeof(proxy->path), "%s/s", proxy->dir);
	(void)snprintf(proxy->url, sizeof(proxy->url), "unix://%s", proxy->path);
	close(unix_socket(server_socket, &proxy->server));
	proxy->listener = unix_socket(proxy->path, &own);
	ck_assert_int_eq(bind(proxy->listener, (struct sockaddr *)&own, sizeof(own)), 0);
	ck_assert_int_eq(listen(proxy->listener, 8), 0);
	ck_assert_int_eq(pipe2(proxy->stop, O_CLOEXEC), 0);
	ck_assert_int_eq(pthread_create(&proxy->thread, NULL, run, proxy), 0);
	return proxy;
}

void cut_proxy_stop(struct cut_proxy *proxy)
{
	close(proxy->stop[1]);
	ck_assert_int_eq(pthread_join(proxy->thread, NULL), 0);
	close(proxy->stop[0]);
	close(proxy->listener);
	(void)unlink(proxy->path);
	(void)rmdir(proxy->dir);
	free(proxy);
}

const char *cut_proxy_url(const struct cut_proxy *proxy)
{
	return proxy->url;
}

void cut_proxy_requests_after(struct cut_proxy *proxy, long n)
{
	atomic_store(&proxy->has_cut, 0);
	atomic_store(&proxy->left[UP], n);
}

void cut_proxy_replies_after(struct cut_proxy *proxy, long n)
{
	atomic_store(&proxy->has_cut, 0);
	atomic_store(&proxy->left[DOWN], n);
}

int cut_proxy_end(struct cut_proxy *proxy)
{
	atomic_store(&proxy->left[UP], -1);
	atomic_store(&proxy->left[DOWN], -1);
	return atomic_exchange(&proxy->has_cut, 0);
}
