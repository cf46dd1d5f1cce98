import { expect, test } from 'vitest';
import { findBackend, takesWorkerServer, workerServerCaveat } from '../src/index.ts';

const backendOf = (name: string) => findBackend(name)!;

test.each([
  ['codex', '0.169.0', true],
  ['codex', '0.168.9', false],
  ['codex', null, true],
  ['claude', '2.1.197', true],
  ['claude', '2.1.196', false],
  ['claude', '3.0.0', true],
  ['pi', '0.87.1', false],
  ['pi', null, false],
  ['cursor-agent', null, false],
  ['generic', '9.9', false],
])('%s %s: %s', (name, version, takes) => {
  expect(takesWorkerServer(backendOf(name), version)).toBe(takes);
});

test('it is said where a version is too old, and not of agents that never can', () => {
  expect(workerServerCaveat(backendOf('codex'), '0.150.0')).toEqual([
    expect.stringContaining('codex 0.150.0 is handed no tools'),
  ]);
  expect(workerServerCaveat(backendOf('codex'), '0.169.0')).toEqual([]);
  expect(workerServerCaveat(backendOf('pi'), '0.73.1')).toEqual([]);
});
