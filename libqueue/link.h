/* SPDX-License-Identifier: MIT */
/*
 * The socket: the only file of the library that opens one. Non-blocking and
 * close-on-exec; no write raises SIGPIPE. Whoever owns the link waits with poll() or epoll.
 */
#pragma once

#include <netdb.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct lq__url;

struct lq__link {
	int fd;                      /* -1: closed */
	struct addrinfo *addresses;  /* owned; NULL: none, or connected */
	const struct addrinfo *next; /* to be tried when the one under way fails */
	int64_t deadline_ms;         /* of the whole connect, CLOCK_MONOTONIC; -1: none */
	int64_t address_deadline_ms; /* of the address under way, so that the next has its turn */
	char reason[128];            /* what the system said of the last failure */
};

#define LQ__LINK_INIT ((struct lq__link){ .fd = -1, .deadline_ms = -1, .address_deadline_ms = -1 })

/*
 * Resolves the name (which blocks) and begins to connect; timeout_ms counts from
 * there (-1: no limit). 0, or a negative errno of error.h: closed, the reason is in the link.
 */
int lq__link_open(struct lq__link *link, const struct lq__url *url, int64_t timeout_ms);

/* Takes over a descriptor that is connected already, such as one end of a socketpair. */
int lq__link_adopt(struct lq__link *link, int fd);

/* 0: connected. 1: under way, call again when writable or at the address's deadline. */
int lq__link_connect(struct lq__link *link);

/* Number of bytes (receive: 0 at the end), -EAGAIN, or a negative errno of error.h. */
ssize_t lq__link_send(struct lq__link *link, const struct iovec *iov, size_t n);
ssize_t lq__link_receive(struct lq__link *link, void *to, size_t size);

void lq__link_close(struct lq__link *link);
