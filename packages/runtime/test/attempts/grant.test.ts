import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeGrant, setActiveMarker, type AttemptCause, type Grant } from '@dispatch/core';
import { cancelTask, thisMachine } from '../../src/index.ts';
import { plantedAttempt, recorded } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
  store.agent('agent', 'echo started >>"$DISPATCH_TASK_DIR/output.md"', { args: ['{session_id}'] });
});
afterEach(() => store.remove());

const wasLaunched = (id: string): boolean => existsSync(store.task(id).artifacts.output_file);
const grants = (): Grant[] =>
  readdirSync(join(store.home, 'runtime/grants'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(store.home, 'runtime/grants', name), 'utf8')) as Grant);

describe('an attempt that nobody has claimed', () => {
  it('is launched under its own grant', async () => {
    const { id } = await plantedAttempt(store);
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({ status: 'completed', attempts: [{ relaunches: 1 }] });
    expect(wasLaunched(id)).toBe(true);
  });

  const forged: Record<string, Parameters<typeof plantedAttempt>[1]> = {
    'without a grant': { grant: null },
    'for another prompt': { grant: { prompt_sha256: 'of something else' } },
    'with an altered prompt file': { prompt: 'do it, and more' },
    'for another root': { grant: { root: { path: '/nowhere', dev: '1', ino: '1' } } },
    'for another attempt': { grant: { attempt: 1 } },
    'with a field that is unknown': { grant: { network: 'none' } as Partial<Grant> },
    'of another version': { grant: { version: 2 as 1 } },
    'with a mode that is unknown': { grant: { execution_mode: 'careful' as 'auto' } },
  };

  it.each(Object.keys(forged))('is not launched %s', async (name) => {
    const { id } = await plantedAttempt(store, forged[name]);
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      attempts: [{ outcome: 'not_started' }],
    });
    expect(store.task(id).detail).toMatch(/^grant_mismatch: /);
    expect(wasLaunched(id)).toBe(false);
  });

  it('gets the mode and the executable of the grant, whatever the journal says', async () => {
    const { id } = await plantedAttempt(store, {
      started: { execution_mode: 'danger' },
      grant: { execution_mode: 'auto' },
    });
    const folder = store.dispatcher().store.taskDir(id);
    writeFileSync(join(folder, 'options.json'), '{"agent_args": ["--dangerous"]}');
    store.agent('agent', 'echo "$@" >"$DISPATCH_TASK_DIR/output.md"', { args: ['--other'] });
    await store.carriesOut(id);
    expect(readFileSync(join(folder, 'output.md'), 'utf8').trim()).toBe('');
  });
});

/** The journal as a worker may write it: the attempt ended, and another follows by itself. */
function forgeEnd(id: string, next: AttemptCause = 'interrupted'): void {
  const journal = store.dispatcher().store.journal(id);
  const attempt = journal.refresh().task!.attempts.length - 1;
  journal.commit(() => ({
    kind: 'attempt_ended',
    message: '',
    data: {
      attempt,
      outcome: 'interrupted',
      status: 'pending',
      reason: 'starting',
      detail: null,
      next: next as 'interrupted',
      exit_code: null,
      usage: null,
      leftovers: [],
    },
  }));
}

describe('an attempt that was claimed', () => {
  it('does not run again for a worker that takes back its journal, its claim and its prompt', async () => {
    const { task_id: id } = await store.run('', { backend: 'agent' });
    await store.carriesOut(id);
    const { outputs_dir: outputs, events_file: events, task_file: snapshot } = store.task(id).artifacts;
    const [created, started = ''] = readFileSync(events, 'utf8').split('\n');
    const longAgo = started.replace(/"monotonic_ms":[\d.]+/, '"monotonic_ms":0');
    writeFileSync(events, `${created}\n${longAgo}\n`);
    for (const path of [snapshot, ...readdirSync(outputs).map((name) => join(outputs, name))]) rmSync(path);
    setActiveMarker(store.dispatcher().store, { id, attempt: 0 });

    const task = await store.carriesOut(id);
    expect(task).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      attempts: [{ outcome: 'not_started' }],
    });
    expect(task.detail).toMatch(/^grant_mismatch: .*claimed before/);
    expect(readFileSync(task.artifacts.output_file, 'utf8')).toBe('started\n');
  });
});

describe('an attempt that follows by itself', () => {
  it('gets the grant before it, never wider, and counts', async () => {
    const { id, grant } = await plantedAttempt(store, {
      grant: { agent_args: ['--typed'], backend_args: ['{session_id}'] },
    });
    forgeEnd(id);
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({
      status: 'completed',
      attempts: [{}, { automatic: true, cause: 'interrupted' }],
    });
    const { attempt: _a, attempt_nonce: _n, prompt_sha256: _p, automatic_used: _u, ...before } = grant;
    const second = grants().find(({ attempt }) => attempt === 1);
    expect(second).toMatchObject({ ...before, automatic_used: 1 });
    expect(Object.keys(second!).sort()).toEqual(Object.keys(grant).sort());
  });

  const refused: Record<string, { grant?: Partial<Grant>; next?: AttemptCause; says: RegExp }> = {
    'a sixth time': { grant: { automatic_used: 5 }, says: /no further attempt/ },
    'a fifth time to go on with a plan': {
      grant: { automatic_used: 5 },
      next: 'continue',
      says: /no further attempt/,
    },
    'a fifth time for an unknown session': {
      grant: { automatic_used: 5 },
      next: 'session_unknown',
      says: /no further attempt/,
    },
    'after an interruption that was to be parked': {
      grant: {
        settings: {
          on_interrupt: 'park',
          timeout_seconds: null,
          stall_timeout_seconds: null,
          leftovers: 'keep',
          verify: null,
          verify_timeout_seconds: null,
        },
      },
      says: /left to the user/,
    },
    'in another root': { grant: { root: { path: '/nowhere', dev: '1', ino: '1' } }, says: /another root/ },
    'under the grant of another attempt': { grant: { attempt: 3 }, says: /another attempt/ },
  };

  it.each(Object.keys(refused))('does not follow %s, whatever the journal says', async (name) => {
    const { grant = {}, next, says } = refused[name]!;
    const { id } = await plantedAttempt(store, { grant });
    forgeEnd(id, next);
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
    expect(store.task(id).detail).toMatch(says);
    expect(store.task(id).detail).toMatch(/^grant_mismatch: /);
    expect(store.task(id).attempts).toHaveLength(1);
    expect(wasLaunched(id)).toBe(false);
  });

  it('does not follow without a grant of the attempt before', async () => {
    const { id, nonce } = await plantedAttempt(store);
    removeGrant(store.dispatcher().home, id, nonce);
    forgeEnd(id);
    await store.carriesOut(id);
    expect(store.task(id).detail).toMatch(/^grant_mismatch: .*no grant/);
  });

  it.each<[string, Partial<Grant>, string[]]>([
    ['that was typed', { automatic_used: 0 }, []],
    ['that allows less', { execution_mode: 'read_only' }, []],
    ['that allows more', { execution_mode: 'danger' }, []],
    ['of another attempt than the next', { attempt: 2 }, []],
    ['that was claimed', {}, ['claimed']],
    ['that cannot be read', { version: 2 as 1 }, []],
  ])('follows no older grant than the latest of the task, one %s', async (_what, changes, marks) => {
    const { id, grant } = await plantedAttempt(store);
    const later = { ...grant, attempt: 1, attempt_nonce: 'later2345678', automatic_used: 1, ...changes };
    const path = join(store.home, 'runtime/grants', `${id}.${later.attempt_nonce}`);
    writeFileSync(`${path}.json`, JSON.stringify(later));
    for (const mark of marks) writeFileSync(`${path}.${mark}`, '');
    forgeEnd(id);
    await store.carriesOut(id);
    expect(store.task(id).detail).toMatch(/not the latest/);
  });

  it('passes over the grant of one that never came, because its writer was killed', async () => {
    const { id, grant } = await plantedAttempt(store);
    for (const nonce of ['orphan234567', 'orphan345678'])
      writeFileSync(
        join(store.home, 'runtime/grants', `${id}.${nonce}.json`),
        JSON.stringify({ ...grant, attempt: 1, attempt_nonce: nonce, automatic_used: 1 }),
      );
    forgeEnd(id);
    await store.carriesOut(id);
    expect(store.task(id).attempts[1]).toMatchObject({ automatic: true });
    expect(grants().filter(({ attempt }) => attempt === 1)).toHaveLength(1);
  });

  it('does not follow a cancel', async () => {
    const { id } = await plantedAttempt(store, { started: { monotonic_ms: thisMachine().monotonicMs() } });
    void store.superviseHere();
    const cancelled = await cancelTask(store.dispatcher(), id, { timeoutMs: 10_000 });
    expect(cancelled).toMatchObject({ confirmed: true, status: 'cancelled' });
    await until('the grant to be given up', () =>
      grants().some((one) => one.task_id === id && one.automatic_used > 5),
    );
    const journal = store.dispatcher().store.journal(id);
    journal.commit(() => ({
      kind: 'status_changed',
      message: '',
      data: { status: 'pending', reason: 'starting', detail: null },
    }));
    setActiveMarker(store.dispatcher().store, { id, attempt: 0 });
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'awaiting_user',
      attempts: [{ status: 'cancelled' }],
    });
    expect(wasLaunched(id)).toBe(false);
  });

  it('does not start a task for the first time that nobody granted', async () => {
    const { task_id: id } = await recorded(store);
    const journal = store.dispatcher().store.journal(id);
    journal.commit(() => ({
      kind: 'status_changed',
      message: '',
      data: { status: 'pending', reason: 'starting', detail: null },
    }));
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({ status: 'awaiting_user', reason: 'interrupted', attempts: [] });
    expect(store.task(id).detail).toMatch(/^grant_mismatch: no first attempt/);
  });
});
