/* SPDX-License-Identifier: MIT */
/*
 * A proxy in front of the test's server that cuts a connection after a number of bytes in
 * one direction. What was cut is gone; the next connection is served whole.
 */
#pragma once

#include <stddef.h>

struct cut_proxy;

struct cut_proxy *cut_proxy_start(const char *server_socket);
void cut_proxy_stop(struct cut_proxy *proxy);
const char *cut_proxy_url(const struct cut_proxy *proxy); /* "unix:///..." */

/* Lets n more bytes of requests through, then cuts. */
void cut_proxy_requests_after(struct cut_proxy *proxy, long n);
/* Lets all requests through, and n more bytes of replies; then cuts. */
void cut_proxy_replies_after(struct cut_proxy *proxy, long n);
/* Cuts no more. Whether it has cut since. */
int cut_proxy_end(struct cut_proxy *proxy);
