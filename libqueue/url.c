/* SPDX-License-Identifier: MIT */
/* A Redis URL, taken apart: redis://, unix://, and "@FILE" for the first line of a file. */
#include "url.h"

#include "cleanup.h"
#include "macro.h"
#include "url-text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <libqueue/limits.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define PREFIX_CHARACTERS                                      \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_.-"
#define DEFAULT_PORT "6379"
#define IN_A_PASSWORD " (in a password, / ? # @ : are written %2F %3F %23 %40 %3A)"

static int parse_db(const struct lq__url_text *p, const char *from, const char *to,
		    struct lq__url *url)
{
	long db;

	if (!lq__url_number(from, to, 0, INT_MAX, &db))
		return lq__url_refuse(p, from, "the database is a whole number from 0 up");
	url->db = (int)db;
	return 0;
}

/* "user:password" or ":password" */
static int parse_login(const struct lq__url_text *p, const char *from, const char *to,
		       struct lq__url *url)
{
	const char *colon = memchr(from, ':', (size_t)(to - from));

	if (!colon)
		return lq__url_refuse(p, from, "before @ stands USER:PASSWORD or :PASSWORD");
	if (colon + 1 == to)
		return lq__url_refuse(p, to,
				      "the password before @ is empty: write one, or leave out "
				      "all up to @");
	if (colon > from) {
		int r = lq__url_decode(p, from, colon, &url->user);
		if (r < 0)
			return r;
	}
	return lq__url_decode(p, colon + 1, to, &url->password);
}

static int parse_prefix(const struct lq__url_text *p, const char *from, const char *to,
			struct lq__url *url)
{
	size_t n = (size_t)(to - from);

	if (n == 0 || n > LQ__PREFIX_MAX || strspn(from, PREFIX_CHARACTERS) < n)
		return lq__url_refuse(p, from,
				      "the prefix has 1 to 64 characters of [A-Za-z0-9_.-]");
	memcpy(url->prefix, from, n);
	url->prefix[n] = '\0';
	return 0;
}

static int parse_query(const struct lq__url_text *p, const char *at, struct lq__url *url)
{
	while (*at) {
		const char *end = at + strcspn(at, "&");
		int r;

		if (strncmp(at, "prefix=", 7) == 0)
			r = parse_prefix(p, at + 7, end, url);
		else if (url->is_unix && strncmp(at, "db=", 3) == 0)
			r = parse_db(p, at + 3, end, url);
		else
			r = lq__url_refuse(
				p, at,
				"after ? stands prefix=NAME (with unix:// also db=N), more "
				"than one separated by &");
		if (r < 0)
			return r;
		at = *end ? end + 1 : end;
	}
	return 0;
}

static int parse_port(const struct lq__url_text *p, const char *from, const char *to,
		      struct lq__url *url)
{
	long port;

	if (!lq__url_number(from, to, 1, 65535, &port))
		return lq__url_refuse(p, from,
				      "the port is a number from 1 to 65535" IN_A_PASSWORD);
	(void)snprintf(url->port, sizeof(url->port), "%ld", port);
	return 0;
}

static const char *find(const char *from, const char *to, char wanted)
{
	while (from < to && *from != wanted)
		from++;
	return from < to ? from : NULL;
}

/* "host", "host:port", "[::1]:port" */
static int parse_host(const struct lq__url_text *p, const char *from, const char *to,
		      struct lq__url *url)
{
	bool is_bracketed = from < to && *from == '[';
	const char *end = find(from, to, is_bracketed ? ']' : ':');

	if (is_bracketed && !end)
		return lq__url_refuse(p, from, "[ without ]: an IPv6 address is written as [::1]");
	if (!end)
		end = to;
	if (is_bracketed)
		from++;
	if (from == end)
		return lq__url_refuse(p, from,
				      "there is no host: write redis://HOST:PORT/DB" IN_A_PASSWORD);
	int r = lq__url_decode(p, from, end, &url->host);
	if (r < 0)
		return r;
	for (const char *c = url->host; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr(is_bracketed ? ":.%_-" : "._-", *c))
			return lq__url_refuse(p, from,
					      "the host holds a character that no host's name has");
	if (is_bracketed)
		end++;
	if (end == to)
		return 0;
	if (*end != ':' || find(end + 1, to, ':'))
		return lq__url_refuse(p, end,
				      "after the host stands :PORT (IPv6 addresses are in [])");
	return parse_port(p, end + 1, to, url);
}

static int parse_redis(const struct lq__url_text *p, const char *at, struct lq__url *url)
{
	const char *end = at + strcspn(at, "/?#");
	const char *sign = memrchr(at, '@', (size_t)(end - at));

	memcpy(url->port, DEFAULT_PORT, sizeof(DEFAULT_PORT));
	if (sign) {
		int r = parse_login(p, at, sign, url);
		if (r < 0)
			return r;
		at = sign + 1;
	}
	int r = parse_host(p, at, end, url);
	if (r < 0)
		return r;
	at = end;
	if (*at == '/') {
		at++;
		end = at + strcspn(at, "?");
		r = end == at ? 0 : parse_db(p, at, end, url);
		if (r < 0)
			return r;
		at = end;
	}
	if (*at == '\0')
		return 0;
	return *at == '?' ? parse_query(p, at + 1, url)
			  : lq__url_refuse(p, at, "after the host stands /DB or ?prefix=NAME");
}

static int parse_unix(const struct lq__url_text *p, const char *at, struct lq__url *url)
{
	url->is_unix = true;
	if (*at != '/') {
		const char *end = at + strcspn(at, "/?");
		const char *sign = memrchr(at, '@', (size_t)(end - at));

		if (!sign || sign + 1 != end || *end != '/')
			return lq__url_refuse(
				p, at,
				"a path from the root follows: unix:///run/redis.sock or "
				"unix://USER:PASSWORD@/run/redis.sock");
		int r = parse_login(p, at, sign, url);
		if (r < 0)
			return r;
		at = end;
	}
	const char *end = at + strcspn(at, "?");
	int r = lq__url_decode(p, at, end, &url->host);
	if (r < 0)
		return r;
	if (strlen(url->host) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return lq__url_refuse(p, at, "the path of a socket has at most 107 bytes");
	return *end ? parse_query(p, end + 1, url) : 0;
}

static const struct scheme {
	const char *name;
	int (*parse)(const struct lq__url_text *p, const char *at, struct lq__url *url);
	const char *instead; /* where there is no parse: what to do */
} schemes[] = {
	{ "redis://", parse_redis, NULL },
	{ "unix://", parse_unix, NULL },
	{ "rediss://", NULL, "use redis:// or unix://, through a TLS tunnel" },
	{ "redis-sentinel://", NULL, "use redis:// with an address that follows the master" },
	{ "redis-cluster://", NULL, "use redis:// with one server" },
};

static int refuse_scheme(const struct lq__url_text *p, const struct scheme *scheme)
{
	(void)snprintf(p->error, p->error_size,
		       "%s is not supported by this version of libqueue: %s", scheme->name,
		       scheme->instead);
	return -ENOTSUP;
}

static int parse_scheme(const struct lq__url_text *p, struct lq__url *url)
{
	for (const char *c = p->start; *c; c++)
		if (iscntrl((unsigned char)*c) || *c == ' ')
			return lq__url_refuse(p, c,
					      "a space or control character is written as %XX");
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		size_t n = strlen(schemes[i].name);
		if (strncmp(p->start, schemes[i].name, n) == 0)
			return schemes[i].parse ? schemes[i].parse(p, p->start + n, url)
						: refuse_scheme(p, &schemes[i]);
	}
	return lq__url_refuse(p, p->start, "it begins with redis:// or unix://, or is @FILE");
}

static int set_display(const struct lq__url_text *p, struct lq__url *url)
{
	assert(url->host);
	size_t size = strlen(url->host) + 48;

	url->display = malloc(size);
	if (!url->display)
		return lq__url_no_memory(p);
	if (!url->is_unix)
		(void)snprintf(url->display, size,
			       strchr(url->host, ':') ? "redis://[%s]:%s/%d" : "redis://%s:%s/%d",
			       url->host, url->port, url->db);
	else if (url->db != 0)
		(void)snprintf(url->display, size, "unix://%s?db=%d", url->host, url->db);
	else
		(void)snprintf(url->display, size, "unix://%s", url->host);
	return 0;
}

static int parse(const struct lq__url_text *p, struct lq__url *ret)
{
	struct lq__url url = { .prefix = LQ_DEFAULT_PREFIX };
	int r;

	if (strlen(p->start) > LQ_URL_MAX)
		r = lq__url_refuse(p, p->start + LQ_URL_MAX,
				   "it ends here at the latest: 2,048 bytes");
	else
		r = parse_scheme(p, &url);
	if (r >= 0)
		r = set_display(p, &url);
	if (r < 0)
		lq__url_fini(&url);
	*ret = url;
	return r;
}

/* Reads no more than a URL may have, and one byte to see that it is longer. */
static int parse_file(struct lq__url_text *p, struct lq__url *ret)
{
	char line[LQ_URL_MAX + 3] = "";

	_cleanup_(cleanup_fclose) FILE *file = fopen(p->file, "re");
	if (!file || (!fgets(line, sizeof(line), file) && ferror(file))) {
		int error = errno;
		(void)snprintf(p->error, p->error_size, "the Redis URL cannot be read from %s: %s",
			       p->file, strerrordesc_np(error));
		return error == ENOMEM ? -ENOMEM : -EINVAL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	p->start = line;
	int r = parse(p, ret);
	explicit_bzero(line, sizeof(line));
	return r;
}

int lq__url_parse(const char *text, struct lq__url *ret, char *error_text, size_t size)
{
	struct lq__url_text p = { .start = text, .error = error_text, .error_size = size };

	*ret = (struct lq__url){ 0 };
	if (!text) {
		(void)snprintf(error_text, size,
			       "there is no Redis URL: give one such as " LQ_DEFAULT_URL);
		return -EINVAL;
	}
	if (text[0] != '@')
		return parse(&p, ret);
	p.file = text + 1;
	return parse_file(&p, ret);
}

void lq__url_fini(struct lq__url *url)
{
	if (url->password)
		explicit_bzero(url->password, strlen(url->password));
	free(url->host);
	free(url->user);
	free(url->password);
	free(url->display);
	*url = (struct lq__url){ 0 };
}

void lq__url_mask(const struct lq__url *url, char *text)
{
	size_t n = url->password ? strlen(url->password) : 0;

	while (n > 0 && (text = strstr(text, url->password)))
		for (size_t i = 0; i < n; i++)
			*text++ = '*';
}
