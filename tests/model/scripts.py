# SPDX-License-Identifier: MIT
"""The scripts as they are sent, composed by the build's own tool, with a clock that can be set."""
import functools
import hashlib
import importlib.util
import pathlib

from server import RespError

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'libqueue' / 'lua'
CLOCK = "call('TIME')"
FAKE_CLOCK = "{ call('GET', 'clock:s'), call('GET', 'clock:us') }"


def _load_embedder():
    spec = importlib.util.spec_from_file_location('embed_lua', ROOT / 'tools' / 'embed-lua.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EMBED = _load_embedder()


def names():
    return sorted(path.stem for path in FOLDER.glob('*.lua'))


@functools.lru_cache(maxsize=None)
def composed(name):
    return EMBED.compose(FOLDER / (name + '.lua'))


def texts(is_clock_fake=False, patches=()):
    """name -> text; patches are (old, new, script...) for those scripts, or every one, that have old: one at least."""
    result = {}
    used = [0] * len(patches)
    for name in names():
        text = composed(name)
        for i, (old, new, *only) in enumerate(patches):
            if old in text and (not only or name in only):
                used[i] += 1
                text = text.replace(old, new)
        if is_clock_fake:
            assert text.count(CLOCK) <= 1, f'{name} reads the clock in more than one place'
            text = text.replace(CLOCK, FAKE_CLOCK)
        result[name] = text
    for (old, *_), n in zip(patches, used):
        if n == 0:
            raise LookupError(f'the patch does not apply any more: {old!r}')
    return result


class Scripts:
    """The scripts, loaded into a server."""

    def __init__(self, client, **how):
        self.client = client
        self.text = texts(**how)
        self.sha = {name: hashlib.sha1(text.encode()).hexdigest() for name, text in self.text.items()}
        loaded = client.many([('SCRIPT', 'LOAD', text) for text in self.text.values()])
        for name, digest in zip(self.text, loaded):
            if isinstance(digest, RespError):
                raise digest
            assert digest.decode() == self.sha[name], f'{name}: digest {digest}'

    def command(self, name, keys, *args):
        keys = [keys] if isinstance(keys, str) else keys
        return ('EVALSHA', self.sha[name], len(keys), *keys, *args)

    def run(self, name, keys, *args):
        return self.client.call(*self.command(name, keys, *args))
