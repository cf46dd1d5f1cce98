import { expect, test } from 'vitest';
import type { EnvironmentLook, ProcessEntry } from '../../src/processes/index.ts';
import { attemptAbove } from '../../src/sandbox/index.ts';

type Seen = { ppid: number; environ: EnvironmentLook; argv?: string[] };
const free: EnvironmentLook = { kind: 'read', value: new Map() };
const marked: EnvironmentLook = { kind: 'read', value: new Map([['DISPATCH_ATTEMPT', 'abc:0']]) };
const hidden: EnvironmentLook = { kind: 'unreadable' };
const shell = ['/bin/sh', '-c', 'script'];

test.each<[string, Record<string, string>, Record<number, Seen>, string | null]>([
  ['nobody above', {}, {}, null],
  ['a terminal', {}, { 20: { ppid: 1, environ: free }, 1: { ppid: 0, environ: hidden } }, null],
  ['its own mark', { DISPATCH_ATTEMPT: 'xyz:2' }, {}, 'carries the mark of attempt xyz:2'],
  ['its parent', {}, { 20: { ppid: 1, environ: marked } }, 'was started by process 20 of attempt abc:0'],
  [
    'behind one that hides',
    {},
    { 20: { ppid: 10, environ: hidden }, 10: { ppid: 1, environ: marked } },
    'was started by process 10 of attempt abc:0',
  ],
  [
    'all hide, and one is a launcher',
    {},
    {
      20: { ppid: 10, environ: hidden },
      10: { ppid: 1, environ: hidden, argv: [...shell, 'dispatch-launcher'] },
    },
    'was started below the launcher 10 of an attempt',
  ],
  [
    'all hide, and none is a launcher',
    {},
    { 20: { ppid: 10, environ: hidden }, 10: { ppid: 1, environ: hidden } },
    null,
  ],
  ['who lists itself', {}, { 20: { ppid: 20, environ: free } }, null],
])('%s', (_what, environment, seen, evidence) => {
  const table = {
    entries: new Map(
      Object.entries(seen).map(([pid, { ppid }]) => [
        Number(pid),
        { pid: Number(pid), ppid } as ProcessEntry,
      ]),
    ),
    environ: (pid: number) => seen[pid]!.environ,
    argv: (pid: number) => seen[pid]!.argv ?? [],
  };
  const found = attemptAbove(environment, 20, () => table);
  expect(found).toEqual(evidence === null ? null : { kind: 'worker', evidence: `this server ${evidence}` });
});
