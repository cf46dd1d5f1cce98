import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseStat } from '../../src/processes/entry.ts';
import { lookAtProcess, lookAtProcesses, thisMachine } from '../../src/processes/index.ts';
import { until } from '../setup/until.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-table-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(program: string, args: readonly string[], env: Record<string, string> = {}): number {
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  children.push(child);
  return child.pid!;
}

test('a name may hold spaces and parentheses', async () => {
  const program = join(folder, 'a) S (b c');
  copyFileSync('/bin/sleep', program);
  const pid = start(program, ['60']);
  await until('its name', () => lookAtProcess(pid)?.comm === 'a) S (b c');
  const entry = lookAtProcesses().entries.get(pid);
  expect(entry).toMatchObject({ pid, ppid: process.pid, comm: 'a) S (b c' });
  expect(Number(entry?.start_time)).toBeGreaterThan(0);
  expect(entry).toEqual(lookAtProcess(pid));
});

test('what is no stat line is no process', () => {
  for (const text of ['', '12', '12 (sh', '12 (sh) S 1 2', ') 1 (']) expect(parseStat(text)).toBeNull();
});

test('of an environment only our own variables are kept', async () => {
  const pid = start('/bin/sleep', ['60'], {
    DISPATCH_ATTEMPT: 'a:0',
    MY_DISPATCH_ROOT: 'no',
    DISPATCH_ROOT: '/a=b c',
    SECRET: 'x',
  });
  const look = await until('its environment', () => {
    const seen = lookAtProcesses().environ(pid);
    return seen.kind === 'read' && seen.value.size > 0 ? seen : null;
  });
  expect([...look.value].sort()).toEqual([
    ['DISPATCH_ATTEMPT', 'a:0'],
    ['DISPATCH_ROOT', '/a=b c'],
  ]);
});

test('executable, uid and command line are those of the process', async () => {
  const program = join(folder, 'agent');
  copyFileSync('/bin/sh', program);
  const pid = start(program, ['-c', `echo ${'x'.repeat(300)} > /dev/null; read line\n`]);
  await until('its start', () => lookAtProcess(pid)?.comm === 'agent');
  rmSync(program);
  const table = lookAtProcesses();
  expect(table.exe(pid)).toBe('agent');
  expect(table.uid(pid)).toBe(thisMachine().uid);
  expect(table.command(pid)).toMatch(/agent -c echo x{20}/);
  expect(table.command(pid)).toHaveLength(200);
});

test('an environment that is empty in execve is read again', async () => {
  const script = join(folder, 'again');
  writeFileSync(script, 'exec /bin/sh "$0"\n');
  const pid = start('/bin/sh', [script], { DISPATCH_ATTEMPT: 'again:0' });
  const entry = await until('its start', () => lookAtProcess(pid));
  await until('its first environment', () => lookAtProcesses().environ(pid).kind === 'read');
  let read = 0;
  for (let look = 0; look < 100; look += 1) if (lookAtProcesses().environ(pid).kind === 'read') read += 1;
  expect(read).toBe(100);
  expect(lookAtProcess(pid)?.start_time).toBe(entry.start_time);
});

test('who has ended is gone, and a zombie has no environment', async () => {
  const pid = start('/bin/sleep', ['60'], { DISPATCH_ATTEMPT: 'a:0' });
  await until('its environment', () => lookAtProcesses().environ(pid).kind === 'read');
  process.kill(pid, 'SIGKILL');
  // No turn of the event loop between: node cannot collect its child.
  let state = '';
  for (let tries = 0; tries < 1e6 && state !== 'Z'; tries += 1) state = lookAtProcess(pid)?.state ?? '';
  expect(state).toBe('Z');
  expect(lookAtProcesses().environ(pid)).toEqual({ kind: 'empty' });
  await until('its end', () => lookAtProcess(pid) === null);
  expect(lookAtProcesses().exists(pid)).toBe(false);
});

test('the machine is known by boot, host and namespace', () => {
  const machine = thisMachine();
  expect(machine.bootId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(machine.host()).toMatch(/^[0-9a-f]*:.+/);
  expect(machine.pidNamespace()).toMatch(/^\d+$/);
  const before = machine.monotonicMs();
  expect(machine.monotonicMs()).toBeGreaterThanOrEqual(before);
});

test.runIf(thisMachine().uid === 0)('the pid namespaces in use can be told by root', () => {
  expect(lookAtProcesses().pidNamespaces().named).toContain(thisMachine().pidNamespace());
});
