/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "parse.h"

const char *verdict_word(enum lq_settle_kind kind)
{
	static const char *const words[] = {
		[LQ_SETTLE_FINISHED] = "finished", [LQ_SETTLE_FAILED] = "failed",
		[LQ_SETTLE_STOPPED] = "stopped",   [LQ_SETTLE_CANCELED] = "canceled",
		[LQ_SETTLE_RETRY] = "retry",       [LQ_SETTLE_SNOOZE] = "snooze",
		[LQ_SETTLE_UNKNOWN] = "unknown",   [LQ_SETTLE_RETURN] = "returned",
	};

	return words[kind];
}

__attribute__((format(printf, 2, 3))) static void say(struct verdict *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(v->message, sizeof(v->message), format, args);
	va_end(args);
}

/* Real-time signals are counted from the first that libc leaves to programs, as kill -l does. */
static void name_signal(struct verdict *v, int signo)
{
	const char *name = sigabbrev_np(signo);

	if (name)
		(void)snprintf(v->signal, sizeof(v->signal), "SIG%s", name);
	else if (signo >= SIGRTMIN)
		(void)snprintf(v->signal, sizeof(v->signal), "SIGRTMIN+%d", signo - SIGRTMIN);
	else
		(void)snprintf(v->signal, sizeof(v->signal), "signal %d", signo);
}

static void fail(const struct attempt_end *end, struct verdict *v, const char *failure_kind)
{
	bool is_left = end->max_attempts == LQ_FOREVER ||
		       (int64_t)end->attempt < (int64_t)end->max_attempts;

	v->failure_kind = failure_kind;
	v->kind = is_left ? LQ_SETTLE_RETRY : LQ_SETTLE_FAILED;
}

static void note_status(const struct attempt_end *end, struct verdict *v)
{
	if (!end->has_status)
		return;
	if (WIFSIGNALED(end->status))
		name_signal(v, WTERMSIG(end->status));
	else if (WIFEXITED(end->status))
		v->exit_status = WEXITSTATUS(end->status);
}

static void by_timeout(const struct attempt_end *end, struct verdict *v)
{
	char limit[FORMAT_TIME_SIZE], grace[FORMAT_TIME_SIZE];

	format_duration_ms(end->timeout_ms, limit);
	if (end->was_killed)
		say(v,
		    "over its time limit of %s; SIGKILL was sent by this worker after a grace of "
		    "%s",
		    limit, format_duration_ms(end->grace_ms, grace));
	else
		say(v, "over its time limit of %s; SIGTERM was sent by this worker", limit);
	note_status(end, v);
	fail(end, v, "timeout");
}

static void by_stop(const struct attempt_end *end, struct verdict *v)
{
	say(v, "stopped on request; %s was sent by this worker",
	    end->was_killed ? "SIGKILL" : "SIGTERM");
	note_status(end, v);
	v->failure_kind = "stopped";
	v->kind = LQ_SETTLE_STOPPED;
}

static void by_protocol(const struct attempt_end *end, struct verdict *v)
{
	say(v, "the runner broke the protocol: %s; SIGKILL was sent by this worker",
	    end->violation ? end->violation : "no reason given");
	note_status(end, v);
	fail(end, v, "error");
}

static void by_status(const struct attempt_end *end, struct verdict *v)
{
	note_status(end, v);
	if (WIFSIGNALED(end->status)) {
		int signo = WTERMSIG(end->status);

		if (signo == SIGKILL)
			say(v, "killed by SIGKILL, not sent by this worker");
		else
			say(v, "killed by %s (%d)%s", v->signal, signo,
			    WCOREDUMP(end->status) ? ", core dumped" : "");
		fail(end, v, "signal");
		return;
	}
	say(v, "exited with status %d before the job was done", WEXITSTATUS(end->status));
	fail(end, v, "exit");
}

/* "EIO (Input/output error)", and what the handler says more. */
static void say_error(struct verdict *v, const struct wire_outcome *o)
{
	const char *name = strerrorname_np(o->error), *text = strerrordesc_np(o->error);

	say(v, "%s (%s)%s%s", name ? name : "no errno", text ? text : "unknown",
	    o->message[0] ? ": " : "", o->message);
}

static void by_outcome(const struct attempt_end *end, struct verdict *v)
{
	const struct wire_outcome *o = end->outcome;

	v->error = o->error;
	v->delay_ms = o->delay_ms;
	say(v, "%s", o->message);
	switch ((enum wire_verdict)o->verdict) {
	case WIRE_FINISHED:
		v->kind = LQ_SETTLE_FINISHED;
		return;
	case WIRE_SNOOZE:
		v->kind = LQ_SETTLE_SNOOZE;
		return;
	case WIRE_REJECTED:
		v->kind = LQ_SETTLE_FAILED;
		v->failure_kind = "rejected";
		return;
	case WIRE_ERROR:
		v->delay_ms = 0;
		say_error(v, o);
		fail(end, v, "error");
		return;
	case WIRE_RETRY:
	case WIRE_N_VERDICTS:
		fail(end, v, "error");
		return;
	}
}

/* A handler that was told to end may still end well, or ask for another time: that is heard. */
static bool outcome_stands(const struct attempt_end *end)
{
	if (!end->outcome)
		return false;
	if (end->outcome->verdict == WIRE_FINISHED)
		return end->cause != CAUSE_PROTOCOL;
	if (end->outcome->verdict == WIRE_SNOOZE)
		return end->cause == CAUSE_NONE || end->cause == CAUSE_TIMEOUT;
	return end->cause == CAUSE_NONE;
}

void verdict_decide(const struct attempt_end *end, struct verdict *ret)
{
	/* Nobody is to blame, unless something below says so. */
	*ret = (struct verdict){ .kind = LQ_SETTLE_RETURN, .exit_status = -1 };
	if (outcome_stands(end))
		by_outcome(end, ret);
	else if (end->cause == CAUSE_TIMEOUT)
		by_timeout(end, ret);
	else if (end->cause == CAUSE_STOP)
		by_stop(end, ret);
	else if (end->cause == CAUSE_PROTOCOL)
		by_protocol(end, ret);
	else if (end->cause == CAUSE_SHUTDOWN || end->is_undelivered || end->spawner_died)
		return;
	else if (end->has_status)
		by_status(end, ret);
}
