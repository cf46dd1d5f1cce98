import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resumeTask, statusOf } from '../../src/index.ts';
import { otherMachine } from '../setup/other-machine.ts';
import { plantedAttempt } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;
const anotherBoot = otherMachine({ bootId: 'another-boot' });

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const journalOf = (id: string): string => readFileSync(join(store.root, 'tasks', id, 'events.jsonl'), 'utf8');
const outputOf = (id: string): string[] => {
  const path = store.task(id).artifacts.output_file;
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
};

/** A running task that nobody supervises; its agent has written its arguments into `output.md`. */
async function runningTask(args: string[] = []): Promise<string> {
  store.agent('agent', 'echo "args $@" >>"$DISPATCH_TASK_DIR/output.md"; exec sleep 600', { args });
  const { task_id: id } = await store.run('');
  await until('the agent to work', () => outputOf(id).length > 0);
  return id;
}

async function powerCut(id: string): Promise<void> {
  await until('its processes to be gone', () => {
    const left = store.processes(id);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    return left.length === 0;
  });
}

describe('an attempt of another boot', () => {
  it('is ended, interrupted and left to the user where it has no session', async () => {
    const id = await runningTask();
    await powerCut(id);
    await store.carriesOut(id, anotherBoot);
    expect(store.task(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      attempts: [{ outcome: 'interrupted', exit_code: null, relaunches: 0 }],
    });
    expect(outputOf(id)).toHaveLength(1);
  });

  it('is resumed natively, and never launched again, where it has one', async () => {
    const id = await runningTask(['--session', '{session_id}']);
    await powerCut(id);
    void store.superviseHere(anotherBoot);
    const task = await store.shows(
      id,
      'the next attempt',
      ({ attempts }) => attempts[1]?.phase === 'working',
    );
    expect(task.attempts).toMatchObject([
      { phase: 'ended', outcome: 'interrupted', relaunches: 0 },
      { cause: 'interrupted', automatic: true, resumes_session: true, boot_id: 'another-boot' },
    ]);
    await until('the agent to work again', () => outputOf(id).length === 2);
    expect(new Set(outputOf(id))).toEqual(new Set([`args --session ${task.session?.locator.value}`]));
    expect(readFileSync(task.attempts[1]!.prompt_path, 'utf8')).toMatch(/interrupt|stopped|cut off/i);
  });

  it('is not launched even where nobody has claimed it and its time is up', async () => {
    store.agent('agent', 'echo started >>"$DISPATCH_TASK_DIR/output.md"');
    const { id } = await plantedAttempt(store, { started: { boot_id: 'the-boot-before' } });
    await store.carriesOut(id);
    expect(store.task(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      attempts: [{ phase: 'ended', relaunches: 0, claim: null }],
    });
    expect(outputOf(id)).toEqual([]);
  });
});

describe('what cannot be judged from here', () => {
  const cases = {
    'another host after another boot': otherMachine({ host: 'ffff:elsewhere', bootId: 'another-boot' }),
    'another host': otherMachine({ host: 'ffff:elsewhere' }),
    'another pid namespace': otherMachine({ pidNamespace: '4026539999' }),
    'a boot that is not known': otherMachine({ bootId: '' }),
  };

  it.each(Object.keys(cases))('is left alone: %s', async (name) => {
    const id = await runningTask(['{session_id}']);
    const machine = cases[name as keyof typeof cases];
    const { id: planted } = await plantedAttempt(store);
    const before = store.events(planted).length;
    void store.superviseHere(machine);
    await until('the lease', () => existsSync(join(store.root, 'supervisor/lease/1')));
    const dispatcher = store.dispatcher({ machine });
    for (const one of [id, planted])
      expect(statusOf(dispatcher, one)).toMatchObject({
        status: 'running',
        attempt_alive: null,
        liveness: { state: 'unknown' },
      });
    const resumed = resumeTask(dispatcher, id, {
      message: 'go',
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    await expect(resumed).rejects.toMatchObject({ code: 'attempt_alive' });
    await store.leave();
    expect(journalOf(id)).not.toMatch(/"attempt_ended"|"attempt_relaunched"|"stop_requested"/);
    expect(store.events(planted)).toHaveLength(before);
    expect(store.processes(id).length).toBeGreaterThan(0);
  });

  it('is an attempt of another boot on a host without a machine id', async () => {
    store.machine = otherMachine({ host: ':localhost' });
    const id = await runningTask();
    const machine = otherMachine({ host: ':localhost', bootId: 'another-boot' });
    expect(statusOf(store.dispatcher(), id)).toMatchObject({ attempt_alive: true });
    expect(statusOf(store.dispatcher({ machine }), id)).toMatchObject({
      status: 'running',
      liveness: { state: 'unknown' },
    });
  });
});
