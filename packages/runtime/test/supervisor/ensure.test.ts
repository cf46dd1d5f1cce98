import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectTask, listTasks, resumeTask, statusOf } from '../../src/index.ts';
import { ensureSupervisor } from '../../src/supervisor/ensure.ts';
import { otherMachine } from '../setup/other-machine.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;
let started: string;

beforeEach(() => {
  store = new StoreInAFolder();
  started = join(store.folder, 'started');
});
afterEach(() => store.remove());

/** From now on, whoever starts a supervisor only leaves a note of it. */
function noteStarts(): void {
  const node = join(store.folder, 'note');
  // Behind node's own option and the program.
  writeFileSync(node, `#!/bin/sh\nshift 2\necho "$@" >>'${started}'\n`, { mode: 0o755 });
  store.program = { node, program: join(store.folder, 'program') };
}

const startsOne = (): Promise<unknown> => until('a supervisor to be started', () => existsSync(started));

/** Whether anybody was started: what is started after it is seen, so it would have been, too. */
async function startedNobody(): Promise<boolean> {
  const before = existsSync(started) ? readFileSync(started, 'utf8') : '';
  expect(ensureSupervisor(store.dispatcher())).toEqual({ kind: 'started' });
  return until('the probe', () => (existsSync(started) ? readFileSync(started, 'utf8') : '') !== before).then(
    () => readFileSync(started, 'utf8').split('\n').length - before.split('\n').length === 1,
  );
}

/** A task whose agent was killed, and whom nobody looks after. */
async function orphaned(args: string[] = []): Promise<string> {
  store.agent('agent', 'exec sleep 600', { args });
  const { task_id: id } = await store.run('');
  noteStarts();
  await until('the agent', () => store.runs(id, 'sleep'));
  for (const { pid } of store.processes(id)) process.kill(pid, 'SIGKILL');
  await until('its end', () => store.processes(id).length === 0);
  return id;
}

describe('work without an owner', () => {
  it.each([
    ['list', (_id: string) => listTasks(store.dispatcher(), { limit: 1 })],
    ['inspect', (id: string) => inspectTask(store.dispatcher(), id, { eventLimit: 1 })],
    ['status', (id: string) => statusOf(store.dispatcher(), id)],
  ] as const)('gets one by %s', async (_name, command) => {
    command(await orphaned());
    await startsOne();
    expect(readFileSync(started, 'utf8')).toBe(`--root ${store.root} supervise\n`);
  });

  it('gets one by a resume that has to leave the end of the attempt to it', async () => {
    const id = await orphaned(['{session_id}']);
    await expect(
      resumeTask(store.dispatcher(), id, {
        message: 'go',
        execution_mode: null,
        task_mode: null,
        fresh: null,
      }),
    ).rejects.toMatchObject({ code: 'attempt_alive' });
    await startsOne();
  });

  it('gets none from a sandbox, from a home that does not know the root, or where another host may have it', async () => {
    await orphaned();
    listTasks(store.dispatcher({ environment: { CODEX_SANDBOX: 'seatbelt' } }), { limit: 1 });
    listTasks(store.dispatcher({ environment: { DISPATCH_HOME: join(store.folder, 'other-home') } }), {
      limit: 1,
    });
    void store.superviseHere(otherMachine({ host: 'ffff:elsewhere' }));
    await until('the lease', () => ensureSupervisor(store.dispatcher()).kind === 'not_started');
    listTasks(store.dispatcher(), { limit: 1 });
    await store.leave();
    expect(await startedNobody()).toBe(true);
  });

  it('gets none where there is no work', async () => {
    const { task_id: id } = await store.run('exit 0');
    await store.carriesOut(id);
    noteStarts();
    rmSync(started, { force: true });
    listTasks(store.dispatcher(), { limit: 1 });
    expect(await startedNobody()).toBe(true);
  });
});
