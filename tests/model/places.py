# SPDX-License-Identifier: MIT
"""The invariants of docs/protocol.md section 1, looked up in Redis itself."""
from collections import Counter

ENDED = (8, 9, 10, 11)


def names(client, pattern):
    size = len(pattern) - 1
    return {key.decode()[size:] for key in client.call('KEYS', pattern)}


def faults(client, base):
    """What is wrong, one text each; [] is as it should be."""
    found = []
    records = {id: client.call('GETRANGE', f'{base}:job:{id}', -1, -1) for id in names(client, base + ':job:*')}
    entries = Counter(id.decode() for id in client.call('LRANGE', base + ':wait', 0, -1))
    flat = [part.decode() for part in client.call('HGETALL', base + ':ghosts')]
    ghosts = Counter({id: int(n) for id, n in zip(flat[::2], flat[1::2])})
    places = Counter(id.decode() for id in client.call('ZRANGE', base + ':scheduled', 0, -1))
    leases = {worker.decode() for worker in client.call('ZRANGE', base + ':leases', 0, -1)}
    for worker in names(client, base + ':held:*'):
        places.update(id.decode() for id in client.call('ZRANGE', f'{base}:held:{worker}', 0, -1))
        if worker not in leases:
            found.append(f'{worker} holds jobs without a lease')
    for id in set(records) | set(entries) | set(ghosts) | set(places):
        is_live = id in records and records[id][0] not in ENDED
        n = entries[id] - ghosts[id] + places[id]
        if n != int(is_live):
            found.append(f'{id}: {"live" if is_live else "no live job"}, {entries[id]} entries, {ghosts[id]} ghosts, {places[id]} other places')
        if is_live and client.call('PTTL', f'{base}:job:{id}') != -1:
            found.append(f'{id}: live with an expiry')
    total = int(client.call('HGET', base + ':meta', 'ghosts') or 0)
    if total != sum(ghosts.values()):
        found.append(f'meta says {total} ghosts, there are {sum(ghosts.values())}')
    return found


def state(client, prefix='lq:'):
    """Every key with its value and expiry, to see that nothing has changed."""
    keys = sorted(client.call('KEYS', prefix + '*'))
    return {key: (client.call('DUMP', key), client.call('PEXPIRETIME', key)) for key in keys}
