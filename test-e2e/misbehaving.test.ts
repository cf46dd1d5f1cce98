// Agents that do what none should (fakes/misbehaving-agent.mjs): status never lies, nothing hangs, logs stay whole.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  isDispatch,
  livingProcesses,
  stageIn,
  until,
  writeFiles,
  type Stage,
} from './harness/index.ts';
import type { SeenTask } from './harness/stage.ts';

cleanUpAfterEach();

const fake = join(import.meta.dirname, 'fakes/misbehaving-agent.mjs');
const mebibyte = 1024 * 1024;

/** The agents whose parsers are tried, and a plain command, whose exit status is all that counts. */
const backends = ['codex', 'claude', 'plain'] as const;
type BackendName = (typeof backends)[number];

async function setStage(): Promise<Stage> {
  const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
  const entry = (type: string, args = '') => `  ${type}: {executable: ${fake}${args}}\n`;
  const config = `backends:\n${entry('codex')}${entry('claude')}${entry('plain', ', args: [plain]')}`;
  writeFiles(join(home.home, '.dispatch'), { 'config.yaml': config });
  return stageIn(home);
}

async function run(stage: Stage, backend: BackendName, what: string, ...options: string[]): Promise<string> {
  const prompt = `[[misbehave:${what}]]`;
  const args = ['run', '--backend', backend, '--on-interrupt', 'park', '--prompt', prompt, ...options];
  return dataOf(await stage.type(args)).task_id;
}

/** The ended task, of which nothing that dispatch says of it or keeps of it is untrue. */
async function ended(stage: Stage, id: string): Promise<SeenTask> {
  await stage.type(['wait', id, '--timeout', '50s']);
  const task = dataOf<SeenTask>(await stage.type(['status', id]));
  expect(task).toMatchObject({ attempt_alive: false });
  expect(['pending', 'running']).not.toContain(task.status);
  expect(livingProcesses().filter(isThe(stage, basename(fake)))).toEqual([]);
  const [attempt] = task.attempts;
  expect(await weigh(attempt!.stdout_path)).toEqual(readWrote(stage));
  expect((await stage.type(['logs', id])).exitCode).toBe(0);
  await until(() => !livingProcesses().some((one) => isDispatch(one) && isThe(stage, 'supervise')(one)), {
    what: 'the supervisor has left',
  });
  return task;
}

/** The processes of this test with an argument of that name. */
function isThe({ home }: Stage, name: string) {
  return ({ argv, env }: { argv: string[]; env: Record<string, string> }) =>
    env.HOME === home.home && argv.some((argument) => basename(argument) === name);
}

function readWrote({ home }: Stage): unknown {
  return JSON.parse(readFileSync(join(home.home, 'wrote.json'), 'utf8'));
}

async function weigh(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

const completed = { status: 'completed', attempts: [{ outcome: 'succeeded' }] };
const failed = (reason: string) => ({ status: 'failed', reason, attempts: [{ outcome: 'failed' }] });
const parked = {
  status: 'awaiting_user',
  reason: 'interrupted',
  attempts: [{ outcome: 'interrupted' }],
};

/** What becomes of the task of an agent with a transcript, and of a plain command. */
const outcomes: [what: string, typed: object, plain: object][] = [
  ['no_newline', completed, completed],
  ['noise', completed, completed],
  ['nothing_but_noise', failed('agent_error'), completed],
  ['huge_unended', completed, completed],
  ['error_then_0', failed('quota'), completed],
  ['silent_0', failed('agent_error'), completed],
  ['success_then_failure', failed('quota'), completed],
  ['failure_then_success', completed, completed],
  ['success_and_9', completed, failed('agent_error')],
  ['killed_after_success', completed, parked],
  ['killed', parked, parked],
];

describe.each(backends)('%s', (backend) => {
  const typed = backend !== 'plain';

  test.each(outcomes)('%s', async (what, ofTyped, ofPlain) => {
    const stage = await setStage();
    const id = await run(stage, backend, what);
    expect(await ended(stage, id)).toMatchObject(typed ? ofTyped : ofPlain);
  });

  test('a line of 100 MB is passed over, in bounded memory', async () => {
    const stage = await setStage();
    const id = await run(stage, backend, 'huge_line');
    await until(async () => (await weigh(logOf(stage, id))).bytes > 100 * mebibyte, {
      what: 'it is written',
    });
    const seen = (): boolean => stage.events(id).some(({ kind }) => kind === 'session_established');
    // What stands behind the line has been read.
    if (typed) await until(seen, { what: 'the model is seen' });
    const [supervisor] = livingProcesses().filter((one) => isDispatch(one) && isThe(stage, 'supervise')(one));
    expect(peakOf(supervisor!.pid)).toBeLessThan(200 * mebibyte);
    writeFileSync(join(stage.home.home, 'gate'), '');
    expect(await ended(stage, id)).toMatchObject(completed);
    const { stdout } = await stage.type(['logs', id]);
    if (typed) expect(stdout).toContain('was passed over');
  });

  test('what never ends and heeds no signal is stopped', async () => {
    const stage = await setStage();
    const limit = typed ? '--stall-timeout' : '--timeout';
    const id = await run(stage, backend, 'never_ends', limit, '1s');
    const reason = typed ? 'stalled' : 'timeout';
    const attempts = [{ outcome: 'stopped' }];
    expect(await ended(stage, id)).toMatchObject({ status: 'failed', reason, attempts });
  });

  test.each(['child_holds_log', 'stranger_holds_log'])('%s', async (what) => {
    const stage = await setStage();
    const id = await run(stage, backend, what);
    const task = await ended(stage, id);
    expect(task).toMatchObject(completed);
    const { home } = stage.home;
    const sleepers = livingProcesses().filter(
      ({ argv, env }) => argv[0] === '/bin/sleep' && env.HOME === home,
    );
    expect(sleepers).toHaveLength(2);
    const marked = what === 'child_holds_log' ? sleepers.map(({ pid }) => pid) : [];
    const leftovers = task.attempts[0]!.leftovers.map(({ pid }) => pid);
    expect(leftovers.filter((pid) => marked.includes(pid)).sort()).toEqual(marked.sort());
  });
});

function logOf({ taskDir }: Stage, id: string): string {
  return join(taskDir(id), 'outputs/attempt-000.stdout.log');
}

/** The most memory that a process has ever held, in bytes. */
function peakOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
