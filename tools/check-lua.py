#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the Lua scripts: `check-lua.py` prints a line per finding and exits 1 if there is any.

  - head blocks: purpose, KEYS, ARGV, Returns, Invariant; their counts agree with the code
    and with the table in libqueue/script.c
  - KEYS and ARGV are bound in the first level's locals and named nowhere else
  - the keys `wait` and `ghosts` are named by the parts push and pop alone
  - one place reads the clock; files have at most 80 lines; every part is used
  - luacheck finds nothing in the composed scripts
"""
import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
LUA = ROOT / 'libqueue' / 'lua'
LINES_MAX = 80
OWNERS = ('push.lua', 'pop.lua')
PLACES = re.compile(r'''(['"]):?(?:wait|ghosts)\1|:(?:wait|ghosts)\b''')
WAIT_REPLY = "return 'wait'"

spec = importlib.util.spec_from_file_location('embed_lua', ROOT / 'tools' / 'embed-lua.py')
embed = importlib.util.module_from_spec(spec)
spec.loader.exec_module(embed)

findings = []


def finding(path, line, what):
    findings.append(f'{path.relative_to(ROOT)}:{line}: {what}')


def code_lines(path):
    for number, line in enumerate(path.read_text().split('\n'), 1):
        if not line.strip().startswith('--'):
            yield number, line


def check_file(path):
    lines = path.read_text().split('\n')
    if len(lines) - 1 > LINES_MAX:
        finding(path, len(lines) - 1, f'more than {LINES_MAX} lines')
    if lines[0] != '-- SPDX-License-Identifier: MIT':
        finding(path, 1, 'no SPDX line')
    for number, line in code_lines(path):
        if path.name not in OWNERS and PLACES.search(line) and line.strip() != WAIT_REPLY:
            finding(path, number, 'only parts/push.lua and parts/pop.lua may name wait and ghosts')
        if "'TIME'" in line and path.name != 'clock.lua':
            finding(path, number, 'only parts/clock.lua reads the clock')
        if re.search(r'\b(KEYS|ARGV)\b', line) and not line.startswith('local '):
            finding(path, number, 'KEYS and ARGV are bound to locals at the top')


def check_head(path, n_keys):
    text = path.read_text()
    head = text.split('\n')
    if not head[1].startswith(f'-- {path.stem}: '):
        finding(path, 2, f'the head begins with "-- {path.stem}: " and the purpose')
    for word in ('KEYS', 'ARGV', 'Returns', 'Invariant'):
        if not re.search(rf'^-- {word}: ', text, re.M):
            finding(path, 1, f'the head says nothing of {word}')
    for word, known in (('KEYS', n_keys), ('ARGV', None)):
        said = re.search(rf'^-- {word}: (\d+)(\+?)', text, re.M)
        if not said:
            finding(path, 1, f'{word}: how many, with + for "or more"')
            continue
        count, is_open = int(said[1]), said[2] == '+'
        used = max([int(n) for n in re.findall(rf'\b{word}\[(\d+)\]', text)], default=0)
        takes_all = bool(re.search(rf'\b{word}\b(?!\[|:)', '\n'.join(l for _, l in code_lines(path))))
        if is_open != takes_all or (not is_open and used != count) or used > count:
            finding(path, 1, f'the head says {said[0][3:]}, the code uses {used}{"+" if takes_all else ""}')
        if known is not None and known != (-1 if is_open else count):
            finding(path, 1, f'script.c says {known} keys')


def table():
    source = (ROOT / 'libqueue' / 'script.c').read_text()
    return {name: int(n) for name, n in re.findall(r'= LUA_SCRIPT\((\w+), (-?\d+)\)', source)}


def check_composed(scripts):
    luacheck = shutil.which('luacheck')
    if not luacheck:
        print('check-lua: luacheck is not installed, that part is skipped', file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        for script in scripts:
            text = embed.compose(script)
            if text.count("call('TIME')") > 1:
                finding(script, 1, 'reads the clock in more than one place')
            (pathlib.Path(folder) / script.name).write_text(text)
        files = sorted(str(path) for path in pathlib.Path(folder).glob('*.lua'))
        run = subprocess.run([luacheck, '--config', str(ROOT / '.luacheckrc'), '--formatter', 'plain', '--no-color',
                              '--codes', *files], capture_output=True, text=True, check=False)
        for line in run.stdout.splitlines():
            findings.append('composed ' + line.replace(folder + '/', ''))


def main():
    scripts = sorted(LUA.glob('*.lua'))
    parts = sorted((LUA / 'parts').glob('*.lua'))
    keys = table()
    for path in scripts + parts:
        check_file(path)
    for path in scripts:
        if path.stem not in keys:
            finding(path, 1, 'is not in the table of script.c')
        check_head(path, keys.get(path.stem))
    used = {part for script in scripts for part in embed.order(script, [])}
    for part in parts:
        if part not in used:
            finding(part, 1, 'no script uses this part')
    everything = '\n'.join(line for path in scripts + parts for _, line in code_lines(path))
    for part in parts:
        for name in re.findall(r'^local function (\w+)', part.read_text(), re.M):
            if len(re.findall(rf'\b{name}\b', everything)) < 2:
                finding(part, 1, f'nobody uses {name}')
    check_composed(scripts)
    print('\n'.join(findings), end='\n' if findings else '')
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
