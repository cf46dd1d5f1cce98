import { expect, it } from 'vitest';
import { probe } from '../../src/targets/probe.ts';

const here = { environment: { PATH: process.env['PATH'] ?? '' }, cwd: process.cwd() };
const sh = (script: string) => probe(here, '/bin/sh', ['-c', script]);

it('gives what a program said and how it ended', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
    exit_code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  expect((await sh('head -c 300000 /dev/zero | tr "\\0" x'))?.stdout.length).toBe(300_000);
});

it('gives nothing where a program cannot be started or is killed', async () => {
  expect(await probe(here, '/no/such/program', [])).toBeNull();
  expect(await probe({ ...here, cwd: '/no/such/folder' }, '/bin/sh', ['-c', 'echo x'])).toBeNull();
  expect(await sh('echo x; kill -9 $$')).toBeNull();
});

it('ends a program that says more than an answer', async () => {
  expect(await sh('yes')).toBeNull();
  expect(await sh('head -c 2000000 /dev/zero')).toBeNull();
});

it('does not wait for a process that holds the output open', async () => {
  const began = performance.now();
  expect(await sh('sleep 60 & echo out')).toMatchObject({ exit_code: 0, stdout: 'out\n' });
  expect(performance.now() - began).toBeLessThan(5000);
});

it('gives up on a program that does not end, whatever it has started', async () => {
  expect(await sh('sleep 60 & echo out; sleep 60')).toBeNull();
}, 15_000);
