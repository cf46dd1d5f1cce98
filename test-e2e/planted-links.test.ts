// A worker that plants links in place of what dispatch writes and reads: nothing outside is written, read or shown.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  livingProcesses,
  processesWithMark,
  stageScriptedAgent,
  temporaryFolder,
  treeOf,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

/** Plants what `plant.sh` says in its first run only; each run is counted. */
const planter = `#!/bin/sh
cat >/dev/null
cd "$DISPATCH_TASK_DIR"
echo run >> ../../../runs
[ -e ../../../planted ] && exit 0
touch ../../../planted
. ../../../plant.sh
`;

const secret = 'the secret of somebody else\n';

let stage: Stage;
let outside: string;
beforeEach(async () => {
  stage = await stageScriptedAgent(planter);
  outside = temporaryFolder('outside');
  writeFileSync(join(outside, 'file'), secret);
});

async function planted(script: string): Promise<string> {
  writeFileSync(join(stage.cwd, 'plant.sh'), script.replaceAll('OUTSIDE', outside));
  const id = dataOf(await stage.type(['run', '--prompt', 'Plant.'])).task_id;
  await until(() => existsSync(join(stage.cwd, 'planted')) && processesWithMark(id).length === 0, {
    what: 'the worker has planted and ended',
  });
  return id;
}

const supervised = () =>
  livingProcesses().some(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));

interface Typed {
  args: string[];
  exit: number | null;
  shown: string;
}

/** Every command, for programs and for people; none may fail as a bug of ours, and none shows what is outside. */
async function typeEverything(id: string): Promise<Typed[]> {
  const commands = [
    ['list'],
    ['wait', id, '--timeout', '1s'],
    ['inspect', id],
    ['events', id],
    ['logs', id],
    ['logs', id, '--raw'],
    ['result', id],
    ['answer', id, '--message', 'An answer.'],
    ['resume', id, '--message', 'Go on.'],
    ['cancel', id],
    ['doctor'],
    ['list'],
  ];
  const typed: Typed[] = [];
  for (const args of commands) {
    const json = args.includes('--raw') ? [] : ['--json'];
    const ran = await dispatch([...args, ...json], { cwd: stage.cwd, env: stage.home.env });
    typed.push({ args, exit: ran.exitCode, shown: ran.stdout + ran.stderr });
  }
  return typed;
}

describe.each<[what: string, script: string, reported: boolean]>([
  ['the log of the next attempt', 'ln -s OUTSIDE/file outputs/attempt-001.stdout.log', true],
  ['the next log, as a second name', 'ln OUTSIDE/file outputs/attempt-001.stdout.log', true],
  ['the next log, to a file that is not there', 'ln -s OUTSIDE/new outputs/attempt-001.stderr.log', true],
  ['the log', 'ln -sf OUTSIDE/file outputs/attempt-000.stdout.log', true],
  ['the claim of the next attempt', 'ln -s OUTSIDE/file outputs/attempt-001.process.json', true],
  ['its claim', 'ln -sf OUTSIDE/file outputs/attempt-000.process.json', true],
  ['the exit record', 'ln -s OUTSIDE/new outputs/attempt-000.exit.json', true],
  ['the workspace record', 'ln -sf OUTSIDE/file outputs/attempt-000.workspace.json', true],
  ['the next workspace record', 'ln -s OUTSIDE/new outputs/attempt-001.workspace.json', false],
  ['outputs/', 'mv outputs o; ln -s OUTSIDE outputs', true],
  ['mailbox/', 'rm -r mailbox; ln -s OUTSIDE mailbox', true],
  ['messages/', 'rm -r messages; ln -s OUTSIDE messages', true],
  ['a question', 'ln -s OUTSIDE/file mailbox/001.question', true],
  ['an answer', 'echo Which? > mailbox/001.question; ln -s OUTSIDE/new mailbox/001.answer', true],
  ['the completion marker', 'ln -s OUTSIDE/file mailbox/.done', true],
  ['task.json', 'ln -sf OUTSIDE/file task.json', false],
  ['events.jsonl', 'mv events.jsonl e; ln -s OUTSIDE/file events.jsonl', true],
  ['prompt.md', 'ln -sf OUTSIDE/file prompt.md', true],
  ['output.md', 'ln -s OUTSIDE/file output.md', true],
  ['plan.md', 'ln -s OUTSIDE/file plan.md', true],
  ['the task folder', 'cd ..; mv "$DISPATCH_TASK_DIR" ../moved; ln -s ../moved "$DISPATCH_TASK_DIR"', true],
  ['tasks/', 'cd ../..; mv tasks OUTSIDE/tasks; ln -s OUTSIDE/tasks tasks', true],
  ['index/active', 'cd ../../index; rm -r active; ln -s OUTSIDE active', true],
  ['the lease', 'cd ../../supervisor; rm -r lease; ln -s OUTSIDE lease', true],
  ['the log of the supervisor', 'cd ../../supervisor; ln -sf OUTSIDE/file supervisor.log', false],
  ['keys/', 'cd ../..; rm -r keys; ln -s OUTSIDE keys', true],
  ['a pipe as the next log', 'mkfifo outputs/attempt-001.stdout.log', true],
  ['a pipe as a question', 'mkfifo mailbox/001.question', true],
  ['a pipe as task.json', 'rm task.json; mkfifo task.json', false],
])('%s', (_what, script, reported) => {
  test('leads nowhere', async () => {
    const before = treeOf(outside);
    const id = await planted(script);
    const typed = await typeEverything(id);
    for (const { args, exit, shown } of typed) {
      expect(exit, `${args.join(' ')}: ${shown}`).not.toBe(1);
      expect(exit, `${args.join(' ')}: ${shown}`).not.toBeNull();
      expect(shown).not.toContain(secret.trim());
    }
    await until(() => !supervised(), { what: 'the supervisor has left', timeoutMs: 60_000 });
    // The tree that the worker itself moved out is its own matter.
    const after = Object.entries(treeOf(outside)).filter(([path]) => !/:tasks(\/|$)/.test(path));
    expect(Object.fromEntries(after)).toEqual(before);
    if (reported) expect(typed.map(({ shown }) => shown).join('\n')).toContain('planted_link');
    expect(readdirSync(stage.cwd)).toContain('runs');
  });
});
