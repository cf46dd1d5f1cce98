import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '@dispatch/core';
import { launchAttempt, requireGrant } from '../../src/attempts/launch.ts';
import { cancelTask, resumeTask, thisMachine } from '../../src/index.ts';
import { plantedAttempt } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

/** Kills the agent of the running attempt with its launcher, so that nobody records an end. */
async function killAttempt(id: string, attempt: number): Promise<void> {
  await store.shows(
    id,
    'the claim',
    ({ attempts }) => attempts[attempt]?.claim != null && attempts[attempt].leader !== null,
  );
  const { claim, leader } = store.task(id).attempts[attempt]!;
  process.kill(claim!.pid!, 'SIGKILL');
  process.kill(leader!.pid, 'SIGKILL');
  // Nobody is left who would change anything on disk: without this, the slow poll finds it.
  writeFileSync(join(store.task(id).artifacts.mailbox_dir, 'look'), String(attempt));
}

const ended = (attempt: number) => (task: Task) => task.attempts[attempt]?.phase === 'ended';

describe('an agent that was killed', () => {
  it('leaves the task to the user where it has no session, and is not run again', async () => {
    const { task_id: id } = await store.run('echo run >>"$DISPATCH_TASK_DIR/output.md"; exec sleep 600');
    void store.superviseHere();
    await killAttempt(id, 0);
    await store.shows(id, 'the end', ended(0));
    expect(store.task(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      attempts: [{ outcome: 'interrupted', exit_code: null }],
    });
    expect(readFileSync(store.task(id).artifacts.output_file, 'utf8')).toBe('run\n');
  });

  it('is resumed in its session twice, then left to the user; a typed resume starts the count anew', async () => {
    store.agent('agent', 'exec sleep 600', { args: ['{session_id}'] });
    const { task_id: id } = await store.run('');
    void store.superviseHere();
    for (const attempt of [0, 1, 2]) {
      await killAttempt(id, attempt);
      await store.shows(id, `the end of attempt ${attempt}`, ended(attempt));
    }
    const task = await store.becomes(id, 'awaiting_user');
    expect(task.reason).toBe('interrupted');
    expect(task.attempts.map(({ automatic, cause }) => [automatic, cause])).toEqual([
      [false, 'run'],
      [true, 'interrupted'],
      [true, 'interrupted'],
    ]);
    await resumeTask(store.dispatcher(), id, {
      message: null,
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    await killAttempt(id, 3);
    const again = await store.shows(id, 'a fifth attempt', ({ attempts }) => attempts.length === 5);
    expect(again.attempts[4]).toMatchObject({ automatic: true, cause: 'interrupted' });
  });

  it('is left to the user where that was asked for', async () => {
    store.agent('agent', 'exec sleep 600', { args: ['{session_id}'] });
    const { task_id: id } = await store.run('', { settings: { on_interrupt: 'park' } });
    void store.superviseHere();
    await killAttempt(id, 0);
    await store.becomes(id, 'awaiting_user');
    expect(store.task(id).attempts).toHaveLength(1);
  });

  it('is working as long as another of its own is, in the group of the launcher', async () => {
    const { task_id: id } = await store.run('sleep 1; echo later; sleep 600 & exec sleep 600');
    void store.superviseHere();
    await store.shows(id, 'the leader', ({ attempts }) => attempts[0]?.leader != null);
    process.kill(store.task(id).attempts[0]!.claim!.pid!, 'SIGKILL');
    const { stdout_path } = store.task(id).attempts[0]!;
    await until('it to work on', () => readFileSync(stdout_path, 'utf8').includes('later'));
    expect(store.task(id)).toMatchObject({ status: 'running', attempts: [{ phase: 'working' }] });
  });
});

describe('an attempt without a launcher', () => {
  /** As if the launchers of so many tries had left without a trace. */
  async function triedBefore(relaunches: number, secondsAgo: number): Promise<string> {
    store.agent('agent', 'echo started >>"$DISPATCH_TASK_DIR/output.md"');
    const { id } = await plantedAttempt(store, {
      started: { monotonic_ms: thisMachine().monotonicMs() - secondsAgo * 1000 },
    });
    const journal = store.dispatcher().store.journal(id);
    for (let count = 1; count <= relaunches; count += 1)
      journal.commit(() => ({ kind: 'attempt_relaunched', message: '', data: { attempt: 0, try: count } }));
    return id;
  }

  it.each([
    [0, 11],
    [1, 21],
  ])('is launched again after %i tries and %i seconds', async (tries, secondsAgo) => {
    const id = await triedBefore(tries, secondsAgo);
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'completed',
      attempts: [{ relaunches: tries + 1 }],
    });
    expect(readFileSync(store.task(id).artifacts.output_file, 'utf8')).toBe('started\n');
  });

  it.each([
    [0, 5],
    [1, 15],
    [2, 25],
  ])('is waited for after %i tries and %i seconds', async (tries, secondsAgo) => {
    const id = await triedBefore(tries, secondsAgo);
    const before = store.events(id).length;
    void store.superviseHere();
    await until('the lease', () => store.supervisor() === process.pid);
    await store.leave();
    expect(store.events(id)).toHaveLength(before);
  });

  it('fails as not started after the second, and no launcher can claim it any more', async () => {
    const id = await triedBefore(2, 31);
    const task = await store.carriesOut(id);
    expect(task).toMatchObject({
      status: 'failed',
      reason: 'not_started',
      attempts: [{ outcome: 'not_started' }],
    });
    const claim = join(task.artifacts.outputs_dir, 'attempt-000.process.json');
    expect(JSON.parse(readFileSync(claim, 'utf8'))).toMatchObject({
      pid: null,
      attempt_nonce: task.attempts[0]!.attempt_nonce,
    });
    const dispatcher = store.dispatcher();
    const grant = requireGrant(dispatcher, task, task.attempts[0]!);
    launchAttempt(dispatcher, task, task.attempts[0]!, grant);
    await until('the launcher to have left', () => store.processes(id).length === 0);
    expect(existsSync(task.artifacts.output_file)).toBe(false);
  });

  it('fails so, too, where whoever took the claim died before it could say so', async () => {
    const id = await triedBefore(2, 31);
    const { attempts, artifacts } = store.task(id);
    const machine = thisMachine();
    const claim = {
      attempt_nonce: attempts[0]!.attempt_nonce,
      pid: null,
      start_time: null,
      boot_id: machine.bootId(),
      host: machine.host(),
      pid_namespace: machine.pidNamespace(),
      root: store.dispatcher().store.ref,
    };
    writeFileSync(join(artifacts.outputs_dir, 'attempt-000.process.json'), JSON.stringify(claim));
    expect(await store.carriesOut(id)).toMatchObject({ status: 'failed', reason: 'not_started' });
  });

  it('is cancelled without a process', async () => {
    const id = await triedBefore(0, 0);
    void store.superviseHere();
    const cancelled = await cancelTask(store.dispatcher(), id, { timeoutMs: 10_000 });
    expect(cancelled).toMatchObject({
      confirmed: true,
      status: 'cancelled',
      task: { attempts: [{ outcome: 'stopped' }] },
    });
    expect(existsSync(store.task(id).artifacts.output_file)).toBe(false);
  });
});
