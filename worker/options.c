/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cpus.h"
#include "macro.h"
#include "parse.h"

enum {
	OPT_JOBS_PER_RUNNER = 256,
	OPT_SPARES,
	OPT_MAX_JOBS,
	OPT_MAX_IDLE,
	OPT_DISPATCH,
	OPT_LEASE,
	OPT_GRACE,
	OPT_SHUTDOWN_TIMEOUT,
	OPT_NO_HANDLER_AFTER,
	OPT_ALIVE_FILE,
	OPT_LOG_FORMAT,
	OPT_LOG_LEVEL,
	OPT_VERSION,
	OPT_SPAWNER,
};

static const struct option long_options[] = {
	{ "url", required_argument, NULL, 'u' },
	{ "module", required_argument, NULL, 'm' },
	{ "runners", required_argument, NULL, 'j' },
	{ "burst", no_argument, NULL, 'b' },
	{ "name", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ "jobs-per-runner", required_argument, NULL, OPT_JOBS_PER_RUNNER },
	{ "spares", required_argument, NULL, OPT_SPARES },
	{ "max-jobs", required_argument, NULL, OPT_MAX_JOBS },
	{ "max-idle", required_argument, NULL, OPT_MAX_IDLE },
	{ "dispatch", required_argument, NULL, OPT_DISPATCH },
	{ "lease", required_argument, NULL, OPT_LEASE },
	{ "grace", required_argument, NULL, OPT_GRACE },
	{ "shutdown-timeout", required_argument, NULL, OPT_SHUTDOWN_TIMEOUT },
	{ "no-handler-after", required_argument, NULL, OPT_NO_HANDLER_AFTER },
	{ "alive-file", required_argument, NULL, OPT_ALIVE_FILE },
	{ "log-format", required_argument, NULL, OPT_LOG_FORMAT },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "version", no_argument, NULL, OPT_VERSION },
	/* Not in the help: lq_worker_main() names the program it is linked into. */
	{ "spawner", required_argument, NULL, OPT_SPAWNER },
	{ NULL, 0, NULL, 0 },
};

struct parsing {
	struct worker_options *options;
	char *error_text;
};

/* A URL in the wrong place may hold a password. */
static const char *shown(const char *text)
{
	return strstr(text, "://") ? "(a URL)" : text;
}

__attribute__((format(printf, 2, 3))) static int refuse(const struct parsing *p, const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(p->error_text, OPTIONS_ERROR_SIZE, format, args);
	va_end(args);
	return -EINVAL;
}

static const char *long_name(int opt)
{
	for (size_t i = 0; i < ARRAY_SIZE(long_options); i++) {
		if (long_options[i].val == opt)
			return long_options[i].name;
	}
	return "?";
}

/* The text that is overwritten keeps its length: argv's strings stand side by side. */
static int take_secret(char **target, char *source)
{
	char *copy = strdup(source);

	explicit_bzero(source, strlen(source));
	if (!copy)
		return -ENOMEM;
	if (*target)
		explicit_bzero(*target, strlen(*target));
	free(*target);
	*target = copy;
	return 0;
}

static int set_int(const struct parsing *p, int opt, const char *text, int min, int max,
		   int *target)
{
	int64_t value;

	if (parse_int64(text, min, max, &value) < 0)
		return refuse(p, "--%s %s: must be a whole number from %d to %d", long_name(opt),
			      shown(text), min, max);
	*target = (int)value;
	return 0;
}

static int set_duration(const struct parsing *p, int opt, const char *text, int64_t min_ms,
			bool may_be_forever, int64_t *target)
{
	char least[FORMAT_TIME_SIZE];
	int64_t value;

	if (parse_duration_ms(text, &value) < 0)
		return refuse(p, "--%s %s: must be a duration such as 250ms, 30s, 5m or 2h",
			      long_name(opt), shown(text));
	if (value == PARSE_FOREVER && !may_be_forever)
		return refuse(p, "--%s: must not be forever", long_name(opt));
	if (value != PARSE_FOREVER && value < min_ms)
		return refuse(p, "--%s %s: must be at least %s", long_name(opt), text,
			      format_duration_ms(min_ms, least));
	*target = value;
	return 0;
}

static bool is_name(const char *text, const char *also, size_t max)
{
	size_t n = strspn(text, also);

	return n > 0 && n <= max && text[n] == '\0';
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static int set_name(const struct parsing *p, const char *text)
{
	if (!is_name(text, LETTERS "_-", LQ_WORKER_NAME_MAX))
		return refuse(p, "--name %s: must be 1 to %d of A-Z a-z 0-9 _ -", shown(text),
			      LQ_WORKER_NAME_MAX);
	(void)snprintf(p->options->name, sizeof(p->options->name), "%s", text);
	return 0;
}

static int set_log_format(const struct parsing *p, const char *text)
{
	if (strcmp(text, "text") == 0)
		p->options->log_format = LOG_FORMAT_TEXT;
	else if (strcmp(text, "json") == 0)
		p->options->log_format = LOG_FORMAT_JSON;
	else
		return refuse(p, "--log-format %s: must be text or json", shown(text));
	return 0;
}

static int set_log_level(const struct parsing *p, const char *text)
{
	if (log_level_parse(text, &p->options->log_level) < 0)
		return refuse(p, "--log-level %s: must be error, warning, info or debug",
			      shown(text));
	return 0;
}

static int set_max_jobs(const struct parsing *p, const char *text)
{
	if (parse_int64(text, 1, INT64_MAX, &p->options->max_jobs) < 0)
		return refuse(p, "--max-jobs %s: must be a whole number of at least 1",
			      shown(text));
	return 0;
}

static int set_dispatch(const struct parsing *p, const char *text)
{
	if (strcmp(text, "ordered") != 0)
		return refuse(p, "--dispatch %s: this version knows only ordered", shown(text));
	return 0;
}

/* 0 or negative; a positive options_outcome ends the parsing. */
static int apply(const struct parsing *p, int opt, char *arg)
{
	struct worker_options *o = p->options;

	switch (opt) {
	case 'u':
		return take_secret(&o->url, arg);
	case 'm':
		o->modules[o->n_modules++] = arg;
		return 0;
	case 'j':
		return set_int(p, opt, arg, 1, OPTIONS_RUNNERS_MAX, &o->runners);
	case 'b':
		o->burst = true;
		return 0;
	case 'n':
		return set_name(p, arg);
	case 'v':
		o->log_level = LOG_LEVEL_DEBUG;
		return 0;
	case 'h':
		return OPTIONS_HELP;
	case OPT_VERSION:
		return OPTIONS_VERSION;
	case OPT_JOBS_PER_RUNNER:
		return set_int(p, opt, arg, 0, INT32_MAX, &o->jobs_per_runner);
	case OPT_SPARES:
		return set_int(p, opt, arg, 0, OPTIONS_RUNNERS_MAX, &o->spares);
	case OPT_MAX_JOBS:
		return set_max_jobs(p, arg);
	case OPT_MAX_IDLE:
		return set_duration(p, opt, arg, 0, true, &o->max_idle_ms);
	case OPT_DISPATCH:
		return set_dispatch(p, arg);
	case OPT_LEASE:
		return set_duration(p, opt, arg, 1000, false, &o->lease_ms);
	case OPT_GRACE:
		return set_duration(p, opt, arg, 0, false, &o->grace_ms);
	case OPT_SHUTDOWN_TIMEOUT:
		return set_duration(p, opt, arg, 0, true, &o->shutdown_ms);
	case OPT_NO_HANDLER_AFTER:
		return set_duration(p, opt, arg, 0, true, &o->no_handler_after_ms);
	case OPT_ALIVE_FILE:
		o->alive_file = arg;
		return 0;
	case OPT_LOG_FORMAT:
		return set_log_format(p, arg);
	case OPT_LOG_LEVEL:
		return set_log_level(p, arg);
	case OPT_SPAWNER:
		o->spawner = arg;
		return 0;
	default:
		return -EINVAL;
	}
}

/* A URL with a password may stand behind a mistyped option: no word of argv is repeated after '='.
 */
static int refuse_unknown(const struct parsing *p, int opt, char **argv)
{
	const char *word = argv[optind > 0 ? optind - 1 : 0];
	int length = (int)strcspn(word, "=");

	if (opt == ':')
		return refuse(p, "%.*s: needs a value; see lq-worker --help", length, word);
	if (optopt > ' ' && optopt < 127)
		return refuse(p, "-%c: no such option; see lq-worker --help", optopt);
	return refuse(p, "%.*s: no such option, or not the whole name of one; see lq-worker --help",
		      length, word);
}

static int parse_flags(const struct parsing *p, int argc, char **argv)
{
	int opt;

	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while ((opt = getopt_long(argc, argv, ":u:m:j:bn:vh", long_options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return refuse_unknown(p, opt, argv);
		int r = apply(p, opt, optarg);
		if (r != 0)
			return r;
	}
	return 0;
}

static bool is_listed(const struct worker_options *o, const char *queue)
{
	for (size_t i = 0; i < o->n_queues; i++) {
		if (strcmp(o->queues[i], queue) == 0)
			return true;
	}
	return false;
}

static int parse_queues(const struct parsing *p, int argc, char **argv)
{
	struct worker_options *o = p->options;

	for (int i = optind; i < argc; i++) {
		if (argv[i][0] == '-' || !is_name(argv[i], LETTERS "_.-", LQ_NAME_MAX))
			return refuse(p,
				      "queue '%.150s': must be 1 to %d of A-Z a-z 0-9 _ . - and "
				      "not begin with '-'",
				      shown(argv[i]), LQ_NAME_MAX);
		if (is_listed(o, argv[i]))
			return refuse(p, "queue '%s' is named twice", argv[i]);
		if (o->n_queues == OPTIONS_QUEUES_MAX)
			return refuse(p, "more than %d queues: start a second worker for the rest",
				      OPTIONS_QUEUES_MAX);
		o->queues[o->n_queues++] = argv[i];
	}
	if (o->n_queues == 0)
		o->queues[o->n_queues++] = LQ_DEFAULT_QUEUE;
	return 0;
}

/* host-pid-xxxx. The host's first label, what is not allowed in a name made '-'. */
static void make_name(struct worker_options *o)
{
	char host[40] = "";
	uint16_t random = 0;

	(void)gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	for (char *c = host; *c; c++) {
		if (!strchr(LETTERS "_-", *c))
			*c = '-';
	}
	(void)getrandom(&random, sizeof(random), 0);
	(void)snprintf(o->name, sizeof(o->name), "%s-%d-%04x", host[0] ? host : "host",
		       (int)getpid(), random);
}

static int take_environment_url(struct worker_options *o)
{
	char *url = getenv("LQ_URL");
	int r = 0;

	if (!url)
		return 0;
	if (o->url || url[0] == '\0')
		explicit_bzero(url, strlen(url));
	else
		r = take_secret(&o->url, url);
	(void)unsetenv("LQ_URL");
	return r;
}

static int finish(const struct parsing *p)
{
	struct worker_options *o = p->options;
	int r = take_environment_url(o);

	if (r >= 0 && !o->url)
		r = (o->url = strdup(LQ_DEFAULT_URL)) ? 0 : -ENOMEM;
	if (r < 0)
		return r;
	if (o->n_modules == 0 && !o->spawner)
		return refuse(p, "no handlers: name a module with --module FILE.so");
	if (o->n_modules > 0 && o->spawner)
		return refuse(p, "--module: this program has its own handlers");
	if (o->name[0] == '\0')
		make_name(o);
	if (o->runners == 0)
		o->runners = cpus_usable();
	return 0;
}

int options_parse(struct worker_options *options, int argc, char **argv,
		  char error_text[OPTIONS_ERROR_SIZE])
{
	struct parsing p = { options, error_text };

	*options = (struct worker_options){
		.spares = 4,
		.jobs_per_runner = 1,
		.max_idle_ms = LQ_FOREVER,
		.lease_ms = 30000,
		.grace_ms = 10000,
		.shutdown_ms = 25000,
		.no_handler_after_ms = 600000,
		.log_format = isatty(STDERR_FILENO) ? LOG_FORMAT_TEXT : LOG_FORMAT_JSON,
		.log_level = LOG_LEVEL_INFO,
	};
	error_text[0] = '\0';
	options->queues = calloc((size_t)argc + 1, sizeof(*options->queues));
	options->modules = calloc((size_t)argc + 1, sizeof(*options->modules));
	if (!options->queues || !options->modules)
		return -ENOMEM;

	int r = parse_flags(&p, argc, argv);
	if (r == 0)
		r = parse_queues(&p, argc, argv);
	return r == 0 ? finish(&p) : r;
}

void options_fini(struct worker_options *options)
{
	if (options->url)
		explicit_bzero(options->url, strlen(options->url));
	free(options->url);
	free(options->queues);
	free(options->modules);
	*options = (struct worker_options){ 0 };
}
