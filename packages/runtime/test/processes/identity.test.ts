import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ProcessIdentity } from '@dispatch/core';
import { namespaceInode } from '../../src/processes/probe.ts';
import {
  INITIAL_PID_NAMESPACE,
  lookAtProcess,
  lookAtProcesses,
  sameProcess,
  thisMachine,
  type MachineProbe,
} from '../../src/processes/index.ts';
import { tableOf } from '../setup/table-of.ts';
import { until } from '../setup/until.ts';

const here: MachineProbe = {
  bootId: () => 'boot-b',
  host: () => 'machine:host',
  pidNamespace: () => INITIAL_PID_NAMESPACE,
  monotonicMs: () => 0,
  uid: 1000,
};
const recorded: ProcessIdentity = {
  pid: 50,
  start_time: '7',
  boot_id: 'boot-b',
  host: 'machine:host',
  pid_namespace: INITIAL_PID_NAMESPACE,
};
const running = [{ pid: 50, start_time: '7' }];
const noNamespaces = null;

test.each([
  ['the same process', {}, {}, running, noNamespaces, 'alive'],
  ['a number that is free', {}, {}, [], noNamespaces, 'ended'],
  ['a number given out again', {}, {}, [{ pid: 50, start_time: '8' }], noNamespaces, 'ended'],
  ['a zombie', {}, {}, [{ pid: 50, start_time: '7', state: 'Z' }], noNamespaces, 'ended'],
  [
    'a first thread that left',
    {},
    {},
    [{ pid: 50, start_time: '7', state: 'Z', threads: 3 }],
    noNamespaces,
    'alive',
  ],
  ['a stopped process', {}, {}, [{ pid: 50, start_time: '7', state: 'T' }], noNamespaces, 'alive'],
  ['another host', { host: 'machine2:host' }, {}, [], noNamespaces, 'unknown'],
  ['another host and boot', { host: 'machine2:host', boot_id: 'boot-a' }, {}, [], noNamespaces, 'unknown'],
  ['another boot', { boot_id: 'boot-a' }, {}, running, noNamespaces, 'ended'],
  [
    'another boot, no machine id',
    { boot_id: 'boot-a', host: ':h' },
    { host: () => ':h' },
    running,
    noNamespaces,
    'unknown',
  ],
  ['no boot recorded', { boot_id: '' }, {}, [], noNamespaces, 'unknown'],
  ['no boot known', {}, { bootId: () => '' }, [], noNamespaces, 'unknown'],
  ['another namespace, links hidden', { pid_namespace: '9' }, {}, [], noNamespaces, 'unknown'],
  ['another namespace, in use', { pid_namespace: '9' }, {}, [], [INITIAL_PID_NAMESPACE, '9'], 'unknown'],
  ['another namespace, nobody in it', { pid_namespace: '9' }, {}, [], [INITIAL_PID_NAMESPACE], 'ended'],
  [
    'another namespace, seen from a private one',
    { pid_namespace: '9' },
    { pidNamespace: () => '8' },
    [],
    ['8'],
    'unknown',
  ],
  ['no namespace recorded', { pid_namespace: '' }, {}, [], [INITIAL_PID_NAMESPACE], 'unknown'],
] as const)('%s', (_, identity, machine, processes, namespaces, state) => {
  const judgement = sameProcess({ ...recorded, ...identity }, tableOf(processes, namespaces), {
    ...here,
    ...machine,
  });
  expect(judgement.state).toBe(state);
  expect(judgement.how).not.toBe('');
});

const canMakeNamespaces = thisMachine().uid === 0 && thisMachine().pidNamespace() === INITIAL_PID_NAMESPACE;

test.runIf(canMakeNamespaces)('a real namespace is in use until its last process has ended', async () => {
  const child = spawn('unshare', ['--pid', '--fork', 'sleep', '60'], { stdio: 'ignore' });
  const inner = await until('the process in the namespace', () => {
    const found = [...lookAtProcesses().entries.values()].find(
      ({ ppid, comm }) => ppid === child.pid && comm === 'sleep',
    );
    return found ?? null;
  });
  const pid_namespace = namespaceInode(readlinkSync(`/proc/${inner.pid}/ns/pid`));
  const machine = thisMachine();
  expect(pid_namespace).not.toBe(machine.pidNamespace());
  const identity = {
    pid: 1,
    start_time: '1',
    boot_id: machine.bootId(),
    host: machine.host(),
    pid_namespace,
  };
  expect(sameProcess(identity, lookAtProcesses(), machine).state).toBe('unknown');
  process.kill(inner.pid, 'SIGKILL');
  await until('its end', () => lookAtProcess(inner.pid) === null);
  const judged = await until('a complete look', () => {
    const { state } = sameProcess(identity, lookAtProcesses(), machine);
    return state === 'unknown' ? null : state;
  });
  expect(judged).toBe('ended');
});
