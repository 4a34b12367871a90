/* SPDX-License-Identifier: MIT */
/* The only place in C that spells key names. (In Lua: lua/parts/keys.lua.) */
#pragma once

#include <libqueue/limits.h>

#define LQ__PREFIX_MAX 64
#define LQ__KEY_SIZE (LQ__PREFIX_MAX + 2 * LQ_NAME_MAX + 64)

/* "lq:{queue}": what scripts get in KEYS; nothing is ever stored under it. Each returns buf. */
char *lq__key_base(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue);
char *lq__key_queues(char buf[LQ__KEY_SIZE], const char *prefix);
char *lq__key_workers(char buf[LQ__KEY_SIZE], const char *prefix);
char *lq__key_worker(char buf[LQ__KEY_SIZE], const char *prefix, const char *worker);
char *lq__key_name(char buf[LQ__KEY_SIZE], const char *prefix, const char *name);
char *lq__key_wake(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue);
char *lq__key_ctl(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue,
		  const char *worker);
char *lq__key_held(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue,
		   const char *worker);
char *lq__key_done(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue,
		   const char *nonce);
char *lq__key_job(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue, const char *id);
