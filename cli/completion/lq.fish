# SPDX-License-Identifier: MIT
# Completion of lq for fish.

set -l commands enqueue wait show list info workers retry requeue cancel delete pause resume empty ping help
set -l states deferred scheduled queued started finished failed canceled stopped
set -l kinds error exit signal timeout memory lost rejected no_handler bad_arguments stopped

function __lq_queues
    lq info --json 2>/dev/null | tr '{' '\n' | sed -n 's/^"name":"\([^"]*\)","paused".*/\1/p'
end

complete -c lq -f
complete -c lq -s u -l url -x -d 'the Redis to talk to'
complete -c lq -l json -d 'JSON output'
complete -c lq -s h -l help -d 'show help'
complete -c lq -n "not __fish_seen_subcommand_from $commands" -l version -d 'show the version'
complete -c lq -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c lq -n '__fish_seen_subcommand_from help' -a "$commands"
complete -c lq -n '__fish_seen_subcommand_from enqueue wait show list retry requeue cancel delete' -s q -l queue -x -a '(__lq_queues)' -d 'the queue'
complete -c lq -n '__fish_seen_subcommand_from info pause resume empty' -a '(__lq_queues)'

complete -c lq -n '__fish_seen_subcommand_from enqueue' -l id -x -d 'the id'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l in -x -d 'start so much later'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l at -x -d 'start then'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l timeout -x -d 'limit of one attempt'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l retry -x -d 'further attempts'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l backoff -x -d 'wait before the second attempt'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l result-ttl -x -d 'how long a result is kept'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l failure-ttl -x -d 'how long a failure is kept'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l ttl -x -d 'canceled if not started by then'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l unique -x -d 'one job of this key at a time'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l front -d 'ahead of those that wait'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l wait -d 'wait for its end'
complete -c lq -n '__fish_seen_subcommand_from enqueue' -l exist-ok -d 'a job of that id may be there already'
complete -c lq -n '__fish_seen_subcommand_from wait' -l timeout -x -d 'give up after'
complete -c lq -n '__fish_seen_subcommand_from show' -l reveal -d 'show sensitive arguments too'
complete -c lq -n '__fish_seen_subcommand_from list' -a "$states"
complete -c lq -n '__fish_seen_subcommand_from list' -l limit -x -d 'at most so many'
complete -c lq -n '__fish_seen_subcommand_from list' -l after -x -d 'go on behind that row'
complete -c lq -n '__fish_seen_subcommand_from list' -l by -x -a 'handler kind worker' -d 'count by'
complete -c lq -n '__fish_seen_subcommand_from info' -l watch -d 'look again and again'
complete -c lq -n '__fish_seen_subcommand_from retry requeue' -s a -l all -d 'every failed job'
complete -c lq -n '__fish_seen_subcommand_from retry requeue' -l handler -x -d 'only that one'
complete -c lq -n '__fish_seen_subcommand_from retry requeue' -l kind -x -a "$kinds" -d 'only failures of that kind'
complete -c lq -n '__fish_seen_subcommand_from retry requeue' -s n -l count -d 'only count'
complete -c lq -n '__fish_seen_subcommand_from delete' -s a -l all -x -a "$states" -d 'every job in a state'
complete -c lq -n '__fish_seen_subcommand_from pause' -l for -x -d 'resume after'
complete -c lq -n '__fish_seen_subcommand_from pause resume' -s a -l all -d 'every queue'
