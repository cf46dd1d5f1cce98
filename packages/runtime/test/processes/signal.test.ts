import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { lookAtProcess, signalGroup, signalProcess } from '../../src/processes/index.ts';
import { until } from '../setup/until.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function sleeper(): Promise<{ pid: number; start_time: string }> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  children.push(child);
  return until('its start', () => lookAtProcess(child.pid!));
}

test('a process is signalled only as the one that was meant', async () => {
  const { pid, start_time } = await sleeper();
  expect(signalProcess({ pid, start_time: '1' }, 'SIGKILL')).toBe('gone');
  expect(signalGroup(pid, { pid, start_time: '1' }, 'SIGKILL')).toBe('gone');
  expect(lookAtProcess(pid)?.state).not.toBe('Z');
  expect(signalProcess({ pid, start_time }, 'SIGTERM')).toBe('sent');
  await until('its end', () => lookAtProcess(pid) === null);
  expect(signalProcess({ pid, start_time }, 'SIGTERM')).toBe('gone');
});

test('a group is signalled only while the witness is in it', async () => {
  const one = await sleeper();
  const other = await sleeper();
  expect(signalGroup(one.pid, other, 'SIGKILL')).toBe('gone');
  expect(signalGroup(one.pid, one, 'SIGKILL')).toBe('sent');
  await until('its end', () => lookAtProcess(one.pid) === null);
  expect(lookAtProcess(other.pid)).not.toBeNull();
});

test('nobody signals init, everybody, or themselves', () => {
  const self = lookAtProcess(process.pid)!;
  for (const pid of [-1, 0, 1, 1.5, Number.NaN, process.pid]) {
    expect(signalProcess({ pid, start_time: self.start_time }, 'SIGCONT')).toBe('refused');
    expect(signalGroup(pid, self, 'SIGCONT')).toBe('refused');
  }
  expect(signalGroup(self.pgid, self, 'SIGCONT')).toBe('refused');
});
