/* SPDX-License-Identifier: MIT */
/*
 * A scripted peer: the other end of a conversation, written as steps, for what no live
 * server will do. It runs in a thread of its own and waits at most PEER_LIMIT_MS for anything.
 *
 *     static const struct peer_step steps[] = {
 *             PEER_ACCEPT, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"), PEER_CLOSE, PEER_END,
 *     };
 */
#pragma once

#include <stddef.h>

#define PEER_LIMIT_MS 10000
#define PEER_WORDS_SIZE 512

struct peer_step {
	enum {
		PEER_STEP_END,
		PEER_STEP_ACCEPT,
		PEER_STEP_EXPECT,
		PEER_STEP_RECEIVE,
		PEER_STEP_SEND,
		PEER_STEP_CLOSE,
		PEER_STEP_STALL,
	} kind;
	const char *data;
	size_t size;
	size_t times;
};

/* Waits for the next connection (of a listening peer). */
#define PEER_ACCEPT                      \
	{                                \
		.kind = PEER_STEP_ACCEPT \
	}
/* A whole command, whose arguments with spaces between them match the pattern of fnmatch(3). */
#define PEER_EXPECT(pattern_)                                \
	{                                                    \
		.kind = PEER_STEP_EXPECT, .data = (pattern_) \
	}
/* So many bytes, whatever they are. */
#define PEER_RECEIVE(size_)                                \
	{                                                  \
		.kind = PEER_STEP_RECEIVE, .size = (size_) \
	}
#define PEER_SEND(text_)                                                                       \
	{                                                                                      \
		.kind = PEER_STEP_SEND, .data = (text_), .size = sizeof(text_) - 1, .times = 1 \
	}
#define PEER_SEND_BYTES(data_, size_)                                                \
	{                                                                            \
		.kind = PEER_STEP_SEND, .data = (data_), .size = (size_), .times = 1 \
	}
#define PEER_SEND_TIMES(text_, times_)                                              \
	{                                                                           \
		.kind = PEER_STEP_SEND, .data = (text_), .size = sizeof(text_) - 1, \
		.times = (times_)                                                   \
	}
#define PEER_CLOSE                      \
	{                               \
		.kind = PEER_STEP_CLOSE \
	}
/* Says nothing until the other side closes. */
#define PEER_STALL                      \
	{                               \
		.kind = PEER_STEP_STALL \
	}
#define PEER_END                      \
	{                             \
		.kind = PEER_STEP_END \
	}

struct peer;

/* The steps live until the end. The other end of a socketpair is *ret_fd, the caller's. */
struct peer *peer_start_pair(const struct peer_step *steps, int *ret_fd);
/* Listens on a Unix socket. */
struct peer *peer_start_listening(const struct peer_step *steps);
const char *peer_url(const struct peer *peer); /* "unix:///..." */
const char *peer_path(const struct peer *peer);

/* Waits for its last step and frees it: "" in words, or what went another way than written. */
void peer_finish(struct peer *peer, char words[PEER_WORDS_SIZE]);
