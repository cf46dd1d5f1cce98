import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelTask, resumeTask } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

/** Descendants in every place where a group's signal does not reach them. */
const scattered = `
setsid sh -c 'sleep 600' &
nohup sleep 601 >/dev/null 2>&1 &
setsid sh -c 'trap "" TERM; sleep 602 & sleep 603; :' &
(setsid nohup sleep 604 >/dev/null 2>&1 &)
`;

describe('a cancel', () => {
  it('ends the whole tree, and says so only when it has seen it gone', async () => {
    const { task_id: id } = await store.run(`${scattered} echo up; sleep 605`);
    void store.superviseHere();
    await until(
      'the tree',
      () => store.processes(id).filter(({ command }) => /^sleep 60/.test(command)).length === 6,
    );
    const cancelled = await cancelTask(store.dispatcher(), id, { timeoutMs: 15_000 });
    expect(store.processes(id)).toEqual([]);
    expect(cancelled).toMatchObject({ confirmed: true, status: 'cancelled', detail: null });
    expect(store.task(id)).toMatchObject({
      reason: 'user',
      attempts: [{ outcome: 'stopped', status: 'cancelled', leftovers: [] }],
    });
  });

  it('is not confirmed where nobody carries it out, and is then carried out by whoever comes', async () => {
    const { task_id: id } = await store.run('sleep 600');
    await until('the agent', () => store.processes(id).some(({ command }) => command === 'sleep 600'));
    const cancelled = await cancelTask(store.dispatcher(), id, { timeoutMs: 100 });
    expect(cancelled).toMatchObject({ confirmed: false, status: 'running' });
    expect(store.processes(id).length).toBeGreaterThan(1);
    void store.superviseHere();
    await store.becomes(id, 'cancelled');
    expect(store.processes(id)).toEqual([]);
  });

  it('is refused where nothing is left to cancel', async () => {
    const { task_id: id } = await store.run('exit 0');
    await store.carriesOut(id);
    await expect(cancelTask(store.dispatcher(), id, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'already_ended',
    });
  });

  it('leaves the native session, so that a typed resume goes on', async () => {
    store.agent('agent', '[ -e go ] || exec sleep 600', { args: ['{session_id}'] });
    const { task_id: id } = await store.run('');
    void store.superviseHere();
    await store.shows(id, 'the leader', ({ attempts }) => attempts[0]?.leader != null);
    await cancelTask(store.dispatcher(), id, { timeoutMs: 15_000 });
    writeFileSync(join(store.workspace, 'go'), '');
    await resumeTask(store.dispatcher(), id, {
      message: 'after all',
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    expect(await store.becomes(id, 'completed')).toMatchObject({
      attempts: [{}, { resumes_session: true, cause: 'resume' }],
    });
  });
});

describe('a time limit', () => {
  it('stops the agent and all of its tree, and fails', async () => {
    const { task_id: id } = await store.run(`${scattered} sleep 605`, { settings: { timeout_seconds: 1 } });
    void store.superviseHere();
    const task = await store.becomes(id, 'failed');
    expect(task).toMatchObject({
      reason: 'timeout',
      detail: 'the limit of 1s is over',
      attempts: [{ outcome: 'stopped', stop: { why: 'timeout' } }],
    });
    expect(store.processes(id)).toEqual([]);
  });

  it('of silence, where it was asked for, stops an agent that prints nothing more', async () => {
    const settings = { stall_timeout_seconds: 2 };
    const talking = await store.run('while :; do echo . >&2; sleep 0.2; done', { settings });
    const { task_id: id } = await store.run('echo up; exec sleep 600', { backend: 'silent', settings });
    void store.superviseHere();
    expect(await store.becomes(id, 'failed')).toMatchObject({
      reason: 'stalled',
      detail: 'nothing new came for the limit of 2s',
      attempts: [{ outcome: 'stopped', stop: { why: 'stalled' } }],
    });
    expect(store.processes(id)).toEqual([]);
    expect(store.task(talking.task_id)).toMatchObject({ status: 'running', attempts: [{ stop: null }] });
  });

  it('goes on with a stop that another supervisor began', async () => {
    const { task_id: id } = await store.run('trap "" TERM; sleep 600 & while :; do wait; done', {
      settings: { timeout_seconds: 0.5 },
    });
    void store.superviseHere();
    await store.shows(id, 'the stop', ({ attempts }) => attempts[0]?.stop != null);
    await store.leave();
    expect(store.task(id).status).toBe('running');
    void store.superviseHere();
    expect(await store.becomes(id, 'failed', 18)).toMatchObject({ reason: 'timeout' });
  });
});

describe('what an agent leaves running', () => {
  const server = 'nohup sleep 600 >/dev/null 2>&1 & echo up';

  it('is kept and listed, never holds the task, and is ended by a cancel', async () => {
    const { task_id: id } = await store.run(server);
    void store.superviseHere();
    const task = await store.becomes(id, 'completed');
    expect(task.attempts[0]!.leftovers).toMatchObject([{ command: 'sleep 600' }]);
    expect(store.processes(id)).toHaveLength(1);
    const cancelled = await cancelTask(store.dispatcher(), id, { timeoutMs: 10_000 });
    expect(cancelled).toMatchObject({
      confirmed: true,
      status: 'completed',
      detail: 'ended 1 process that was left running',
    });
    expect(store.processes(id)).toEqual([]);
    expect(store.task(id).attempts[0]!.leftovers).toEqual([]);
  });

  it('is ended where that was asked for', async () => {
    const { task_id: id } = await store.run(server, { settings: { leftovers: 'end' } });
    void store.superviseHere();
    const task = await store.becomes(id, 'completed');
    expect(task.attempts[0]!.leftovers).toEqual([]);
    expect(store.processes(id)).toEqual([]);
    expect(existsSync(task.attempts[0]!.stdout_path)).toBe(true);
  });
});
