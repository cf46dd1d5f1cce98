import { execFile } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { highestLink } from '@dispatch/core';
import { startSupervisor } from '../../src/supervisor/ensure.ts';
import { lookAtProcess } from '../../src/processes/index.ts';
import { runtimeProgram } from '../setup/program.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let program: Awaited<ReturnType<typeof runtimeProgram>>;
let store: StoreInAFolder;

beforeAll(async () => {
  program = await runtimeProgram();
});
afterAll(() => rmSync(program.folder, { recursive: true }));
beforeEach(() => {
  store = new StoreInAFolder(program);
});
afterEach(() => store.remove());

const list = (root = store.root): Promise<unknown> =>
  promisify(execFile)(program.node, [program.program, '--root', root, 'list'], { env: store.environment });

const epoch = (): number => highestLink(store.dispatcher().store.layout.lease)?.epoch ?? 0;

/** A running task with a supervisor; it ends when the file \`go\` is there. */
async function running(): Promise<{ id: string; pid: number }> {
  const { task_id: id } = await store.run('while [ ! -e go ]; do sleep 0.05; done; echo done');
  await store.shows(id, 'the leader', ({ attempts }) => attempts[0]?.leader != null);
  return { id, pid: (await until('the supervisor', () => store.supervisor()))! };
}

const go = (): void => writeFileSync(join(store.workspace, 'go'), '');
const isGone = (pid: number): boolean => !/^[^ZX]/.test(lookAtProcess(pid)?.state ?? 'Z');

describe('the supervisor of a store', () => {
  it('is one: a second leaves at once, and the first stays', async () => {
    const { id, pid } = await running();
    const before = epoch();
    await promisify(execFile)(program.node, [program.program, '--root', store.root, 'supervise'], {
      env: store.environment,
    });
    await Promise.all([list(), list(), list()]);
    expect(store.supervisor()).toBe(pid);
    expect(epoch()).toBe(before);
    go();
    await store.becomes(id, 'completed');
  });

  it('is one where several start at once', async () => {
    const { task_id: id } = await store.run('sleep 1');
    for (let count = 0; count < 4; count += 1) startSupervisor(store.dispatcher());
    await store.becomes(id, 'completed');
    expect(store.kinds(id).filter((kind) => kind === 'attempt_ended')).toHaveLength(1);
    expect(store.kinds(id).filter((kind) => kind === 'attempt_claimed')).toHaveLength(1);
  });

  it('leaves when there is no more work, with its lease released', async () => {
    const { id, pid } = await running();
    go();
    await store.becomes(id, 'completed');
    await until('it to leave', () => isGone(pid));
    expect(highestLink(store.dispatcher().store.layout.lease)?.content).toMatchObject({
      released: true,
      by: pid,
    });
  });

  it('has neither the mark nor the working folder of whoever started it', async () => {
    store.environment['DISPATCH_ATTEMPT'] = 'sometask:0';
    store.environment['DISPATCH_TASK_DIR'] = '/nowhere';
    const { pid } = await running();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).not.toMatch(/DISPATCH_ATTEMPT=|DISPATCH_TASK_DIR=/);
    expect(lookAtProcess(pid)).toMatchObject({ sid: pid, pgid: pid });
  });

  it('is not robbed while it is stopped', async () => {
    const { id, pid } = await running();
    process.kill(pid, 'SIGSTOP');
    await until('it to stand', () => lookAtProcess(pid)?.state === 'T');
    go();
    await until('the agent to end', () => store.processes(id).length === 0);
    await list();
    expect(store.supervisor()).toBe(pid);
    expect(store.task(id).status).toBe('running');
    process.kill(pid, 'SIGCONT');
    await store.becomes(id, 'completed');
  });

  it('is replaced by the next command once it was killed, and the agent works on', async () => {
    const { id, pid } = await running();
    process.kill(pid, 'SIGKILL');
    await until('it to be gone', () => isGone(pid));
    await list();
    const next = await until('the next supervisor', () => store.supervisor());
    expect(next).not.toBe(pid);
    go();
    const task = await store.becomes(id, 'completed');
    expect(task).toMatchObject({ attempts: [{ exit_code: 0, relaunches: 0 }] });
    expect(task.attempts).toHaveLength(1);
  });

  it('journals an end that it did not see', async () => {
    const { id, pid } = await running();
    process.kill(pid, 'SIGKILL');
    go();
    await until('both to be gone', () => isGone(pid) && store.processes(id).length === 0);
    await list();
    expect(await store.becomes(id, 'completed')).toMatchObject({ attempts: [{ exit_code: 0 }] });
  });

  it('starts its successor when the program is another', async () => {
    const { id, pid } = await running();
    const copy = `${program.program}.next`;
    writeFileSync(copy, readFileSync(program.program));
    renameSync(copy, program.program);
    const next = await until('the successor', () =>
      [store.supervisor()].find((one) => one !== null && one !== pid),
    );
    expect(isGone(pid)).toBe(true);
    expect(store.task(id).status).toBe('running');
    go();
    await store.becomes(id, 'completed');
    expect(store.supervisor()).toBe(next);
  });

  it('leaves when its root was moved, and nobody starts one there', async () => {
    const { id, pid } = await running();
    const moved = join(store.folder, 'moved');
    renameSync(store.root, moved);
    await until('it to leave', () => isGone(pid));
    const old = store.root;
    store.root = moved;
    await list(moved);
    expect(store.supervisor()).toBe(null);
    expect(store.task(id)).toMatchObject({ status: 'running', root: { path: old } });
    expect(store.processes(id, old).length).toBeGreaterThan(0);
  });
});
