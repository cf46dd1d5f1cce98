// Agents that do what none should (fakes/misbehaving-agent.mjs): status never lies, nothing hangs, logs stay whole.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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
} from '../harness/index.ts';
import type { SeenTask } from '../harness/stage.ts';
import { becomes, type Outcome } from './outcome.ts';
import { cellsOf, Results, tellSample } from './results.ts';

cleanUpAfterEach();

const fake = join(import.meta.dirname, '../fakes/misbehaving-agent.mjs');
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

interface Expected {
  status: string;
  reason?: string;
  attempts: [{ outcome: string }];
}

const completed: Expected = { status: 'completed', attempts: [{ outcome: 'succeeded' }] };
const failed = (reason: string): Expected => ({
  status: 'failed',
  reason,
  attempts: [{ outcome: 'failed' }],
});
const parked: Expected = {
  status: 'awaiting_user',
  reason: 'interrupted',
  attempts: [{ outcome: 'interrupted' }],
};

/** What becomes of the task of an agent with a transcript, and of a plain command. */
const outcomes: [what: string, title: string, typed: Expected, plain: Expected][] = [
  ['no_newline', 'ends without a newline', completed, completed],
  ['noise', 'writes bytes that are no text between its lines', completed, completed],
  ['nothing_but_noise', 'writes nothing but such bytes, and exits with 0', failed('agent_error'), completed],
  ['huge_unended', 'writes 100 MB without a newline after its end', completed, completed],
  ['error_then_0', 'tells a failure and exits with 0', failed('quota'), completed],
  ['silent_0', 'tells no end and exits with 0', failed('agent_error'), completed],
  ['success_then_failure', 'tells an end that succeeded, then one that failed', failed('quota'), completed],
  ['failure_then_success', 'tells an end that failed, then one that succeeded', completed, completed],
  ['success_and_9', 'tells an end that succeeded and exits with 9', completed, failed('agent_error')],
  ['killed_after_success', 'is killed after an end that succeeded', completed, parked],
  ['killed', 'is killed before any end', parked, parked],
];

const others = {
  huge_line: 'writes one line of 100 MB, which is passed over in bounded memory',
  never_ends: 'never ends and heeds no signal',
  child_holds_log: 'leaves a child that holds its log open',
  stranger_holds_log: 'leaves a process without our mark that holds its log open',
};

const cellsOfASample = 5;

const results = new Results();
tellSample('misbehaviour', cellsOfASample);
afterAll(() => {
  results.write('misbehaviour', {
    columns: backends.map((id) => ({ id })),
    rows: [...outcomes.map(([, title]) => title), ...Object.values(others)],
  });
});

describe.each(backends)('%s', (backend) => {
  const typed = backend !== 'plain';
  const trials: { title: string; expected: Expected; trial: () => Promise<void> }[] = [];
  const tried = (title: string, expected: Expected, trial: () => Promise<void>) =>
    trials.push({ title, expected, trial });

  for (const [what, title, ofTyped, ofPlain] of outcomes) {
    const expected = typed ? ofTyped : ofPlain;
    tried(title, expected, async () => {
      const stage = await setStage();
      const id = await run(stage, backend, what);
      expect(await ended(stage, id)).toMatchObject(expected);
    });
  }

  tried(others.huge_line, completed, async () => {
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

  const stopped: Expected = {
    status: 'failed',
    reason: typed ? 'stalled' : 'timeout',
    attempts: [{ outcome: 'stopped' }],
  };
  tried(others.never_ends, stopped, async () => {
    const stage = await setStage();
    const id = await run(stage, backend, 'never_ends', typed ? '--stall-timeout' : '--timeout', '1s');
    expect(await ended(stage, id)).toMatchObject(stopped);
  });

  for (const what of ['child_holds_log', 'stranger_holds_log'] as const) {
    tried(others[what], completed, async () => {
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
  }

  for (const { title, expected, trial } of cellsOf(trials, cellsOfASample, backend))
    test(title, () => results.try(title, backend, shownAs(expected), trial));
});

/** The cell says what becomes of the task. */
function shownAs({ status, reason }: Expected): Outcome {
  return becomes([status, reason].filter((word) => word !== undefined).join(', '));
}

function logOf({ taskDir }: Stage, id: string): string {
  return join(taskDir(id), 'outputs/attempt-000.stdout.log');
}

/** The most memory that a process has ever held, in bytes. */
function peakOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
