import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectTask, listTasks, questionsOf, statusOf, waitForTasks } from '../../src/index.ts';
import { plantedAttempt } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const journalOf = (id: string): string => readFileSync(join(store.root, 'tasks', id, 'events.jsonl'), 'utf8');
const snapshotOf = (id: string): string => readFileSync(join(store.root, 'tasks', id, 'task.json'), 'utf8');
const sandboxed = { environment: { CODEX_SANDBOX: 'seatbelt' } };

/** A task whose agent has ended while nobody journalled it. */
async function endedUnseen(script: string): Promise<string> {
  const { task_id: id } = await store.run(script);
  const { outputs_dir } = store.task(id).artifacts;
  await until('the exit record', () => {
    try {
      return readFileSync(join(outputs_dir, 'attempt-000.exit.json'), 'utf8');
    } catch {
      return null;
    }
  });
  await until('the end', () => store.processes(id).length === 0);
  return id;
}

describe('an attempt that ended without anybody journalling it', () => {
  it('is shown as it will be, and nothing is written', async () => {
    const good = await endedUnseen('echo hello');
    const bad = await endedUnseen('exit 4');
    const before = [good, bad].map((id) => journalOf(id) + snapshotOf(id));
    const dispatcher = store.dispatcher();
    const rows = listTasks(dispatcher, { limit: null });
    expect(rows.map(({ task_id, status, attempt_alive }) => [task_id, status, attempt_alive])).toEqual([
      [bad, 'failed', false],
      [good, 'completed', false],
    ]);
    expect(inspectTask(dispatcher, good, { eventLimit: 5 }).task).toMatchObject({
      status: 'completed',
      reason: 'turn_succeeded',
      liveness: { state: 'ended' },
      attempts: [{ exit_code: 0, phase: 'ended' }],
    });
    expect(statusOf(dispatcher, bad)).toMatchObject({ reason: 'agent_error', detail: 'exit status 4' });
    const waited = await waitForTasks(dispatcher, [good, bad], { any: false, timeoutMs: 5000 });
    expect(waited).toMatchObject({
      timed_out: false,
      tasks: [{ status: 'completed' }, { status: 'failed' }],
    });
    expect([good, bad].map((id) => journalOf(id) + snapshotOf(id))).toEqual(before);
  });

  it('shows the question that it left', async () => {
    const id = await endedUnseen('printf why >"$DISPATCH_TASK_DIR/mailbox/001.question"');
    const before = journalOf(id);
    expect(inspectTask(store.dispatcher(), id, { eventLimit: 5 })).toMatchObject({
      task: { status: 'awaiting_user', reason: 'question', pending_question_count: 1, attempt_alive: false },
      pending_questions: [{ sequence: '001', question: 'why' }],
    });
    expect(questionsOf(store.dispatcher(), null)).toMatchObject([
      { task_id: id, questions: [{ question: 'why' }] },
    ]);
    expect(journalOf(id)).toBe(before);
  });

  it('is not judged from inside a sandbox', async () => {
    const id = await endedUnseen('exit 0');
    const dispatcher = store.dispatcher(sandboxed);
    expect(statusOf(dispatcher, id)).toMatchObject({
      status: 'running',
      attempt_alive: null,
      liveness: { state: 'unknown' },
    });
    expect(listTasks(dispatcher, { limit: null })).toMatchObject([
      { status: 'running', attempt_alive: null },
    ]);
    expect(statusOf(dispatcher, id).liveness.how).toMatch(/sandbox/);
  });
});

describe('what a look shows of a running task', () => {
  it('is that it lives, with its question at once', async () => {
    const { task_id: id } = await store.run(
      'printf why >"$DISPATCH_TASK_DIR/mailbox/001.question"; sleep 600',
    );
    await until('the question', () => statusOf(store.dispatcher(), id).pending_question_count === 1);
    expect(statusOf(store.dispatcher(), id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'question',
      attempt_alive: true,
    });
    expect(store.task(id).questions).toEqual([]);
  });

  it('is that nobody has claimed it, which is neither alive nor ended', async () => {
    store.agent('agent', 'exit 0');
    const { id } = await plantedAttempt(store);
    expect(statusOf(store.dispatcher(), id)).toMatchObject({
      status: 'running',
      attempt_alive: null,
      liveness: { state: 'unclaimed' },
    });
  });

  it('is unknown where its claim is missing, or another one, after it was seen', async () => {
    const { task_id: id } = await store.run('sleep 600');
    void store.superviseHere();
    const { artifacts } = await store.shows(id, 'the claim', ({ attempts }) => attempts[0]?.claim != null);
    await store.leave();
    const path = join(artifacts.outputs_dir, 'attempt-000.process.json');
    const claim = readFileSync(path, 'utf8');
    rmSync(path);
    expect(statusOf(store.dispatcher(), id)).toMatchObject({
      attempt_alive: null,
      liveness: { state: 'unknown' },
    });
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(claim) as object), pid: process.pid }));
    expect(statusOf(store.dispatcher(), id)).toMatchObject({
      attempt_alive: null,
      liveness: { state: 'unknown' },
    });
    rmSync(path);
    symlinkSync('/etc/hostname', path);
    expect(statusOf(store.dispatcher(), id)).toMatchObject({
      attempt_alive: null,
      liveness: { state: 'unknown' },
    });
  });
});

it('a task that nobody would look after, because its marker is gone, gets it back when it is looked at', async () => {
  const { task_id: id } = await store.run('sleep 30');
  const marker = join(store.root, 'index/active', `${id}.0`);
  rmSync(marker);
  statusOf(store.dispatcher(sandboxed), id);
  expect(existsSync(marker)).toBe(false);
  statusOf(store.dispatcher(), id);
  expect(existsSync(marker)).toBe(true);
});
