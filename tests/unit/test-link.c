/* SPDX-License-Identifier: MIT */
#include "clock.h"
#include "link.h"
#include "url.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_MS 5000

static void parse(const char *text, struct lq__url *ret)
{
	char words[256];

	ck_assert_int_eq(lq__url_parse(text, ret, words, sizeof(words)), 0);
}

/* A listening socket on a free port of 127.0.0.1, and the URL of it. */
static int listen_tcp(const char *host, struct lq__url *ret)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	char text[64];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	(void)snprintf(text, sizeof(text), "redis://%s:%d", host, ntohs(address.sin_port));
	parse(text, ret);
	return fd;
}

/* Opens and waits as an owner does. */
static int connect_all(struct lq__link *link, const struct lq__url *url)
{
	int64_t limit_ms = clock_monotonic_ms() + 2 * LIMIT_MS;
	int r = lq__link_open(link, url, LIMIT_MS);

	while (r >= 0 && (r = lq__link_connect(link)) > 0) {
		struct pollfd pfd = { .fd = link->fd, .events = POLLOUT };

		ck_assert_int_lt(clock_monotonic_ms(), limit_ms);
		(void)poll(&pfd, 1, 100);
	}
	return r;
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	ck_assert_int_eq(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

START_TEST(test_tcp)
{
	struct lq__link link = LQ__LINK_INIT;
	struct lq__url url;
	int listen_fd = listen_tcp("127.0.0.1", &url);
	char got[8];

	ck_assert_int_eq(connect_all(&link, &url), 0);
	ck_assert_ptr_null(link.addresses);
	ck_assert_int_eq(fcntl(link.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(fcntl(link.fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	ck_assert_int_eq(option(link.fd, IPPROTO_TCP, TCP_NODELAY), 1);
	ck_assert_int_eq(option(link.fd, SOL_SOCKET, SO_KEEPALIVE), 1);

	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	const struct iovec iov[] = { { (char[]){ 'a' }, 1 }, { (char[]){ 'b', 'c' }, 2 } };
	ck_assert_int_eq(lq__link_receive(&link, got, sizeof(got)), -EAGAIN);
	ck_assert_int_eq(lq__link_send(&link, iov, 2), 3);
	ck_assert_int_eq(recv(fd, got, 3, MSG_WAITALL), 3);
	ck_assert_mem_eq(got, "abc", 3);
	close(fd);
	struct pollfd pfd = { .fd = link.fd, .events = POLLIN };
	ck_assert_int_eq(poll(&pfd, 1, LIMIT_MS), 1);
	ck_assert_int_eq(lq__link_receive(&link, got, sizeof(got)), 0);
	lq__link_close(&link);
	ck_assert_int_eq(link.fd, -1);
	lq__link_close(&link);
	close(listen_fd);
	lq__url_fini(&url);
}
END_TEST

/* Two addresses, the first of which refuses: what a resolver may say of any name. */
START_TEST(test_next_address)
{
	struct lq__link link = LQ__LINK_INIT;
	struct lq__url refusing, good;
	int closed_fd = listen_tcp("127.0.0.1", &refusing),
	    listen_fd = listen_tcp("127.0.0.1", &good);

	close(closed_fd);
	ck_assert_int_eq(lq__link_open(&link, &good, LIMIT_MS), 0);
	struct addrinfo *second = link.addresses;
	int first_fd = link.fd;
	ck_assert_int_eq(getaddrinfo(refusing.host, refusing.port, NULL, &link.addresses), 0);
	/* The chain is refusing (once for each type of socket), then the good one. */
	struct addrinfo *last = link.addresses;
	while (last->ai_next)
		last = last->ai_next;
	last->ai_next = second;
	link.next = link.addresses->ai_next;
	close(first_fd);
	link.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)connect(link.fd, link.addresses->ai_addr, link.addresses->ai_addrlen);
	int r;
	while ((r = lq__link_connect(&link)) > 0) {
		struct pollfd pfd = { .fd = link.fd, .events = POLLOUT };
		ck_assert_int_ge(poll(&pfd, 1, LIMIT_MS), 1);
	}
	ck_assert_int_eq(r, 0);
	struct sockaddr_in address = { 0 };
	socklen_t size = sizeof(address);
	ck_assert_int_eq(getpeername(link.fd, (struct sockaddr *)&address, &size), 0);
	char port[8];
	(void)snprintf(port, sizeof(port), "%d", ntohs(address.sin_port));
	ck_assert_str_eq(port, good.port);
	lq__link_close(&link);
	close(listen_fd);
	lq__url_fini(&refusing);
	lq__url_fini(&good);
}
END_TEST

START_TEST(test_refused)
{
	static const struct {
		const char *url;
		int error;
	} cases[] = {
		{ "unix:///nowhere/at/all", -ECONNREFUSED },
		{ "unix:///dev/null", -ECONNREFUSED },
		{ "redis://no.such.host.invalid", -ECONNREFUSED },
	};
	struct lq__link link = LQ__LINK_INIT;
	struct lq__url url;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse(cases[i].url, &url);
		ck_assert_int_eq(connect_all(&link, &url), cases[i].error);
		ck_assert_str_ne(link.reason, "");
		lq__link_close(&link);
		lq__url_fini(&url);
	}
	int listen_fd = listen_tcp("127.0.0.1", &url);
	close(listen_fd);
	ck_assert_int_eq(connect_all(&link, &url), -ECONNREFUSED);
	ck_assert_str_eq(link.reason, "Connection refused");
	lq__link_close(&link);
	lq__url_fini(&url);
}
END_TEST

/* With the default disposition of SIGPIPE this process would not survive otherwise. */
START_TEST(test_no_sigpipe)
{
	struct lq__link link = LQ__LINK_INIT;
	const struct iovec iov = { (char[]){ 'a' }, 1 };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(lq__link_adopt(&link, fds[0]), 0);
	ck_assert_int_eq(fcntl(link.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(lq__link_connect(&link), 0);
	close(fds[1]);
	ck_assert_int_eq(lq__link_send(&link, &iov, 1), -ECONNRESET);
	ck_assert_str_eq(link.reason, "Broken pipe");
	lq__link_close(&link);
	ck_assert_int_eq(lq__link_adopt(&link, -1), -ECONNRESET);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("link");
	TCase *tc = tcase_create("link");

	tcase_add_test(tc, test_tcp);
	tcase_add_test(tc, test_next_address);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_no_sigpipe);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
