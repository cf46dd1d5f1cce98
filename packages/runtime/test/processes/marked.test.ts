import { expect, test } from 'vitest';
import { attemptLiveness, findMarked, type MachineProbe } from '../../src/processes/index.ts';
import { isOwnExecutable } from '../../src/processes/leader.ts';
import { tableOf, type Someone } from '../setup/table-of.ts';

const mark = (value: string, root = '/r') => ({ DISPATCH_ATTEMPT: value, DISPATCH_ROOT: root });
const search = { taskId: 'abc', rootPath: '/r', uid: 1000, recorded: [{ pid: 100, start_time: '1' }] };
const found = (everyone: Someone[], change = {}) =>
  findMarked(tableOf(everyone), { ...search, ...change }).map(({ pid }) => pid);

test('every attempt’s mark counts where none is named, and one attempt’s otherwise', () => {
  const everyone = [
    { pid: 10, environ: mark('abc:0') },
    { pid: 11, environ: mark('abc:1') },
    { pid: 12, environ: mark('abc:10') },
    { pid: 13, environ: mark('abc:1:v0') },
    { pid: 14, environ: mark('abcd:1') },
    { pid: 15, environ: {} },
  ];
  expect(found(everyone)).toEqual([10, 11, 12, 13]);
  expect(found(everyone, { attempt: 1 })).toEqual([11, 13]);
});

test('another root, another user, the dead, the excluded and ourselves do not count', () => {
  const environ = mark('abc:0');
  const everyone: Someone[] = [
    { pid: 10, environ: mark('abc:0', '/r2') },
    { pid: 11, environ, uid: 0 },
    { pid: 12, environ, state: 'Z' },
    { pid: 13, environ },
    { pid: 1, environ },
    { pid: process.pid, environ },
    { pid: 14, environ },
  ];
  expect(found(everyone, { excludedPids: [13] })).toEqual([14]);
});

test('what may not be read counts in the group, in the session and below a recorded process only', () => {
  const hidden = 'unreadable' as const;
  const everyone: Someone[] = [
    { pid: 100, environ: mark('abc:0') },
    { pid: 20, environ: hidden, pgid: 100 },
    { pid: 21, environ: hidden, sid: 100 },
    { pid: 22, environ: 'empty', ppid: 23 },
    { pid: 23, environ: {}, ppid: 100 },
    { pid: 24, environ: hidden },
    { pid: 25, environ: hidden, pgid: 100, uid: 0 },
  ];
  expect(found(everyone)).toEqual([100, 20, 21, 22]);
  const reused = everyone.map((someone) =>
    someone.pid === 100 ? { ...someone, start_time: '9', environ: {} } : someone,
  );
  expect(found(reused)).toEqual([]);
});

const machine: MachineProbe = {
  bootId: () => 'b',
  host: () => 'm:h',
  pidNamespace: () => '1',
  monotonicMs: () => 0,
  uid: 1000,
};
const claim = {
  attempt_nonce: 'n',
  pid: 100,
  start_time: '1',
  boot_id: 'b',
  host: 'm:h',
  pid_namespace: '1',
  root: { path: '/r', dev: '1', ino: '1' },
};

test.each([
  [
    'whose environment may not be read',
    [{ pid: 101, pgid: 100, sid: 100, environ: 'unreadable' }],
    'unknown',
  ],
  ['in execve', [{ pid: 101, pgid: 100, sid: 100, environ: 'empty' }], 'unknown'],
  ['of a stranger’s session', [{ pid: 101, pgid: 100, sid: 7, environ: 'unreadable' }], 'ended'],
  ['without the mark', [{ pid: 101, pgid: 100, sid: 100, environ: {} }], 'ended'],
  [
    'hidden beside a marked one',
    [
      { pid: 101, pgid: 100, sid: 100, environ: 'unreadable' },
      { pid: 102, pgid: 100, sid: 100, environ: mark('abc:0') },
    ],
    'alive',
  ],
] satisfies [string, Someone[], string][])(
  'a group of a dead launcher with a process %s',
  (_, everyone, state) => {
    const question = {
      claim,
      leader: null,
      exitRecorded: false,
      taskId: 'abc',
      attempt: 0,
      rootPath: '/r',
      ownExecutables: [],
      machine,
    };
    expect(attemptLiveness({ ...question, look: () => tableOf(everyone) }).state).toBe(state);
  },
);

test('an agent’s own executable is known by its file, its name or its script', () => {
  const own = (someone: Partial<Someone>) => isOwnExecutable(tableOf([{ pid: 5, ...someone }]), 5, ['codex']);
  expect(own({ exe: 'codex', argv: ['x'] })).toBe(true);
  expect(own({ exe: 'busybox', argv: ['/opt/codex'] })).toBe(true);
  expect(own({ exe: 'node', argv: ['node', '--enable-source-maps', '/usr/bin/codex', 'exec'] })).toBe(true);
  expect(own({ exe: 'vim', argv: ['vim', 'codex'] })).toBe(false);
  expect(own({ exe: 'node', argv: ['node', 'server.js', 'codex'] })).toBe(false);
  expect(own({})).toBe(false);
});
