#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev demo: real jobs on a private Redis: one succeeds, one retries, one crashes, one runs out of time.
set -eu

sh tools/dev/setup.sh
mkdir -p build
sh tools/dev/build.sh build/dev

built() {
	find build/dev -name "$1" -type f | head -n 1
}
lq=$(built lq)
worker=$(built lq-worker)
module=$(built module.so)

dir=$(mktemp -d)
export LQ_URL="unix://$dir/redis.sock"
redis_pid='' worker_pid=''
stop() {
	for pid in $worker_pid $redis_pid; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" || :
	done
	worker_pid='' redis_pid=''
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

say() {
	printf '\n%s\n' "-- $*"
}

# Shows a command as one would type it, then runs it.
run() {
	echo "\$ lq $*"
	"$lq" "$@" || echo "(exit $?)"
}

say 'a Redis of its own, on a Unix socket'
redis-server --port 0 --unixsocket "$dir/redis.sock" --dir "$dir" --save '' --appendonly no \
	>"$dir/redis.log" 2>&1 &
redis_pid=$!
tries=100
until "$lq" ping >/dev/null 2>&1; do
	tries=$((tries - 1))
	if [ "$tries" -eq 0 ] || ! kill -0 "$redis_pid" 2>/dev/null; then
		cat "$dir/redis.log" >&2
		exit 1
	fi
	sleep 0.1
done
run ping

say 'a worker with the handlers of examples/module.c'
"$worker" --module "$module" --runners 2 --grace 1s --log-format text 2>"$dir/worker.log" &
worker_pid=$!

say 'four jobs'
enqueue() {
	echo "\$ lq enqueue $*" >&2
	"$lq" enqueue "$@"
}
good=$(enqueue greet name=Ada)
flaky=$(enqueue --retry 3 --backoff 300ms flaky)
crash=$(enqueue crash)
slow=$(enqueue --timeout 1s slow)

for job in "$good" "$flaky" "$crash" "$slow"; do
	say "job $job"
	if "$lq" wait --timeout 20s "$job" >"$dir/result" 2>&1; then
		echo "result: $(cat "$dir/result")"
	else
		echo "it failed, as it should (exit $?): $(cat "$dir/result")"
	fi
	run show "$job"
done

say 'the queue and the worker'
run info

say 'what the worker logged'
cat "$dir/worker.log"

say 'stopping what was started'
