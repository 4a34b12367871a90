#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Composes a Lua script of its parts and embeds it into a C header.

  embed-lua.py SCRIPT.lua HEADER COMPOSED DEPFILE

A script says `-- use: a, b`: the parts parts/a.lua and parts/b.lua are put in front
of it, each once, after what they use themselves. What nobody uses of a part is left
out; comment lines, blank lines and indentation go, everything else stays a line, so
`user_script:N` in an error of Redis is line N of COMPOSED. Only ASCII, no tabs inside
lines and no long strings are accepted.

The header defines, for a script `name`:
  static const char lua_name_text[], lua_name_sha1[]   the text, its digest (40 hex digits)
  enum { lua_name_size = ... }                         the text's bytes without the NUL
The digest is Redis's own for that text. libqueue/script.c includes every header and
lists them by LUA_SCRIPT(name); meson's `lua_headers` are the custom targets.
"""
import hashlib
import pathlib
import re
import sys

USE = re.compile(r'^-- use: (.*)$')
NAMES = re.compile(r'local (?:function )?(\w+(?:, \w+)*)')
STRING = re.compile(r"'(?:[^'\\]|\\.)*'")


def source(path):
    """The lines of a file."""
    data = path.read_bytes()
    for number, line in enumerate(data.split(b'\n'), 1):
        if not line.isascii() or b'\t' in line or b'\r' in line or b'[[' in line:
            sys.exit(f'{path}:{number}: only ASCII without tabs and long strings')
    return data.decode('ascii').split('\n')


def order(path, done):
    """path and the parts it uses, each after its own parts."""
    parts = path.parent if path.parent.name == 'parts' else path.parent / 'parts'
    for number, line in enumerate(source(path), 1):
        for name in USE.sub(r'\1', line).split(', ') if USE.match(line) else ():
            part = parts / (name + '.lua')
            if not part.is_file():
                sys.exit(f'{path}:{number}: uses {name}, there is no {part}')
            if part not in done:
                order(part, done)
    done.append(path)
    return done


def code(path):
    """(file, number, line) of all lines that are no comments."""
    lines = enumerate(source(path), 1)
    return [(path, number, line) for number, line in lines if line and not line.lstrip().startswith('--')]


def blocks(lines):
    """A part, cut where a `local` stands at the margin."""
    found = []
    for line in lines:
        if line[2].startswith('local '):
            found.append([])
        found[-1].append(line)
    return found


def words(lines):
    return {word for _, _, line in lines for word in re.findall(r'\w+', STRING.sub('', line))}


def composed(path):
    """(file, number, line) of the whole: of the parts those blocks that something after them uses."""
    *parts, script = order(pathlib.Path(path), [])
    lines = code(script)
    used = words(lines)
    for part in reversed(parts):
        for block in reversed(blocks(code(part))):
            if used & set(NAMES.match(block[0][2])[1].split(', ')):
                lines = block + lines
                used |= words(block)
    return lines


def compose(path):
    """The text as it is sent."""
    return ''.join(line.strip() + '\n' for _, _, line in composed(path))


def header(name, text):
    sha1 = hashlib.sha1(text.encode()).hexdigest()
    quoted = text.replace('\\', '\\\\').replace('"', '\\"').rstrip('\n').split('\n')
    body = '\n'.join(f'\t"{line}\\n"' for line in quoted)
    return (f'/* Generated from {name}.lua by tools/embed-lua.py. */\n'
            f'static const char lua_{name}_text[] =\n{body};\n'
            f'static const char lua_{name}_sha1[] = "{sha1}";\n'
            f'enum {{ lua_{name}_size = {len(text)} }};\n')


def main(script, header_path, composed_path, depfile):
    script = pathlib.Path(script)
    text = compose(script)
    pathlib.Path(header_path).write_text(header(script.stem, text))
    pathlib.Path(composed_path).write_text(text)
    files = ' '.join(str(file) for file in order(script, []))
    pathlib.Path(depfile).write_text(f'{header_path}: {files}\n')


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
