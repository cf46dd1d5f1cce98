import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim } from '@dispatch/core';
import {
  attemptLiveness,
  isLiving,
  lookAtProcess,
  lookAtProcesses,
  thisMachine,
  type AttemptLiveness,
  type LivenessQuestion,
} from '../../src/processes/index.ts';
import { AttemptInAFolder, TASK_ID } from '../setup/attempt-in-a-folder.ts';
import { until } from '../setup/until.ts';

let place: AttemptInAFolder;
beforeEach(() => {
  place = new AttemptInAFolder();
});
afterEach(() => place.remove());

function look(claim: Claim, change: Partial<LivenessQuestion> = {}): AttemptLiveness {
  return attemptLiveness({
    claim,
    leader: null,
    exitRecorded: existsSync(place.exitPath),
    taskId: TASK_ID,
    attempt: 0,
    rootPath: place.root,
    ownExecutables: [],
    machine: thisMachine(),
    look: lookAtProcesses,
    ...change,
  });
}

async function working(
  script: string,
): Promise<{ pid: number; claim: Claim; leader: { pid: number; start_time: string } }> {
  const pid = place.launchSh(script);
  const claim = await place.claim();
  await place.said('ready');
  const { leader } = look(claim);
  if (leader === null) throw new Error('no leader was seen');
  return { pid, claim, leader };
}

const members = (pgid: number) =>
  [...lookAtProcesses().entries.values()].filter((entry) => entry.pgid === pgid);

/** Without a turn of the event loop, so that node does not collect its child meanwhile. */
function blockUntil(condition: () => boolean): void {
  const deadline = performance.now() + 5_000;
  while (!condition()) if (performance.now() > deadline) throw new Error('waited 5 s');
}

describe('an attempt lives', () => {
  test('while its agent works, and the leader is the launcher’s child', async () => {
    const { pid, claim } = await working('echo ready; exec sleep 60');
    const seen = look(claim);
    expect(seen).toMatchObject({ state: 'alive', agent: 'working', leftovers: [] });
    expect(lookAtProcess(seen.leader!.pid)).toMatchObject({
      ppid: pid,
      comm: 'sleep',
      start_time: seen.leader!.start_time,
    });
    expect(seen.members.map((member) => member.pid).sort()).toEqual([pid, seen.leader!.pid].sort());
  });

  test('from its claim on, and none of the launcher’s own steps is ever taken for the leader', async () => {
    writeFileSync(join(place.mailbox, '.done'), '');
    place.launchSh('echo ready; exec sleep 60');
    const seen: AttemptLiveness[] = [];
    const claim = await place.claim();
    await until('the leader', () => {
      seen.push(look(claim));
      return seen.at(-1)!.leader;
    });
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['alive']));
    const { leader } = seen.at(-1)!;
    await place.said('ready');
    expect(look(claim).leader).toEqual(leader);
  });

  test('when an exit record was forged while the agent works', async () => {
    const { claim, leader } = await working('echo ready; exec sleep 60');
    expect(look(claim, { leader, exitRecorded: true })).toMatchObject({ state: 'alive', agent: 'working' });
    expect(look(claim, { leader: null, exitRecorded: true })).toMatchObject({
      state: 'alive',
      agent: 'working',
    });
  });

  test('when its launcher was killed and the agent was not', async () => {
    const { pid, claim, leader } = await working('echo ready; exec sleep 60');
    process.kill(pid, 'SIGKILL');
    await until('the end of the launcher', () => lookAtProcess(pid) === null);
    expect(look(claim, { leader })).toMatchObject({ state: 'alive', agent: 'working', leader });
    expect(look(claim)).toMatchObject({ state: 'alive', agent: 'working' });
  });

  test('while a process of the agent’s own is left in the group, and not for another’s sake', async () => {
    copyFileSync('/bin/sleep', join(place.workspace, 'native'));
    place.launchSh('./native 60 & sleep 60 & exit 0');
    const claim = await place.claim();
    await place.exit();
    expect(look(claim, { ownExecutables: ['native'] })).toMatchObject({
      state: 'alive',
      agent: 'working',
      leftovers: [],
    });
    const ended = await until('the end of the launcher', () => {
      const seen = look(claim, { ownExecutables: ['other'] });
      return seen.state === 'ended' ? seen : null;
    });
    expect(ended.leftovers.map(({ command }) => command).sort()).toEqual(['./native 60', 'sleep 60']);
  });

  test('while its launcher records the end', async () => {
    const { pid, claim, leader } = await working('echo ready; exec sleep 60');
    process.kill(pid, 'SIGSTOP');
    await until('the stop', () => lookAtProcess(pid)?.state === 'T');
    process.kill(leader.pid, 'SIGKILL');
    await until('the end of the agent', () => !isLiving(lookAtProcess(leader.pid)!));
    expect(look(claim, { leader })).toMatchObject({ state: 'alive', agent: 'gone' });
    process.kill(pid, 'SIGCONT');
    expect((await place.exit()).exit_code).toBe(137);
    await until('the end', () => look(claim, { leader }).state === 'ended');
  });

  test('when its agent left the group, as long as it is known', async () => {
    const { pid, claim, leader } = await working('echo ready; exec setsid sleep 60');
    await until('its own session', () => lookAtProcess(leader.pid)?.sid === leader.pid);
    process.kill(-pid, 'SIGKILL');
    await until('the end of the group', () => members(pid).length === 0);
    expect(look(claim, { leader })).toMatchObject({ state: 'alive', agent: 'working' });
    expect(look(claim)).toMatchObject({ state: 'ended', leftovers: [leader] });
  });
});

describe('an attempt has ended', () => {
  test('when the agent and the launcher have', async () => {
    const { claim, leader } = await working('echo ready; until [ -e go ]; do sleep 0.02; done');
    writeFileSync(join(place.workspace, 'go'), '');
    await place.exit();
    const ended = await until('the end', () =>
      look(claim, { leader }).state === 'ended' ? look(claim, { leader }) : null,
    );
    expect(ended).toMatchObject({ agent: 'gone', members: [], leftovers: [] });
  });

  test('when only zombies are left, after a second look', async () => {
    const { pid, claim, leader } = await working('echo ready; exec sleep 60');
    process.kill(-pid, 'SIGKILL');
    blockUntil(() => members(pid).every((entry) => !isLiving(entry)));
    expect(lookAtProcess(pid)?.state).toBe('Z');
    let looks = 0;
    const counted = () => {
      looks += 1;
      return lookAtProcesses();
    };
    expect(look(claim, { leader, look: counted })).toMatchObject({
      state: 'ended',
      how: expect.stringContaining('zombies'),
    });
    expect(looks).toBe(2);
  });

  test('whatever it left behind in a session of its own, which is a leftover', async () => {
    const { claim, leader } = await working(
      'setsid sleep 61 & echo ready; until [ -e go ]; do sleep 0.02; done',
    );
    expect(look(claim, { leader }).leftovers).toEqual([]);
    writeFileSync(join(place.workspace, 'go'), '');
    const ended = await until('the end', () =>
      look(claim, { leader }).state === 'ended' ? look(claim, { leader }) : null,
    );
    expect(ended.leftovers.map(({ command }) => command)).toEqual(['sleep 61']);
    const [leftover] = ended.leftovers;
    expect(lookAtProcess(leftover!.pid)?.start_time).toBe(leftover!.start_time);
  });

  test('when its claim names no process', async () => {
    const { claim } = await working('echo ready; exec sleep 60');
    expect(look({ ...claim, pid: null, start_time: null })).toMatchObject({ state: 'ended', leftovers: [] });
  });

  test('when the number of its group is borne by others', async () => {
    const { claim } = await working('echo ready; exec sleep 60');
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const { pid, start_time } = await until('the stranger', () => {
      const entry = lookAtProcess(stranger.pid!);
      return entry?.comm === 'sleep' ? entry : null;
    });
    const forged = look({ ...claim, pid, start_time });
    expect(forged).toMatchObject({
      state: 'ended',
      members: [],
      how: expect.stringContaining('somebody else'),
    });
    expect(forged.leftovers).toHaveLength(2); // ours, which the forged claim does not name
    expect(look({ ...claim, pid, start_time: '1' })).toMatchObject({ state: 'ended', members: [] });
    expect(look({ ...claim, pid, start_time }, { leader: { pid, start_time } }).state).toBe('unknown');
    stranger.kill('SIGKILL');
  });

  test('as far as another root is concerned', async () => {
    const { claim } = await working('echo ready; exec sleep 60');
    expect(look(claim, { rootPath: `${place.root}-copy` })).toMatchObject({
      state: 'ended',
      members: [],
      leftovers: [],
    });
    expect(look(claim, { attempt: 1 })).toMatchObject({ state: 'ended', members: [] });
  });
});

test('of another host, boot or namespace nothing is guessed', async () => {
  const { claim } = await working('echo ready; exec sleep 60');
  expect(look({ ...claim, host: 'other:host' })).toMatchObject({
    state: 'unknown',
    agent: 'unknown',
    members: [],
  });
  expect(look({ ...claim, boot_id: 'before' })).toMatchObject({ state: 'ended', leftovers: [] });
  const elsewhere = { ...thisMachine(), pidNamespace: () => '12345' };
  expect(look(claim, { machine: elsewhere }).state).toBe('unknown');
});
