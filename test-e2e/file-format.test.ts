// `doctor --conformance` only reads, whatever it is given; and the reader in Python of docs/file-format.md says what `list` says.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { goodStore, LaidOut, taskIds } from '../packages/runtime/test/conformance/laid-out.ts';
import { available, readOnly, runIn } from './faults/boot.ts';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  dispatchProgram,
  errorOf,
  livingProcesses,
  makeRepo,
  stageIn,
  stageScriptedAgent,
  temporaryFolder,
  treeOf,
  until,
} from './harness/index.ts';
import { makeGoodStore } from './stores/make-good-store.ts';

cleanUpAfterEach();

interface Departure {
  rule: string;
  severity: string;
  task_id: string | null;
  path: string | null;
  line: number | null;
  message: string;
}
interface Conformance {
  root: string;
  format: number | null;
  tasks: number;
  conforms: boolean;
  departures: Departure[];
}

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(`#!/bin/sh
words=$(cat)
folder=$(printf '%s' "$words" | sed -n 's/^Its folder is \\([^:]*\\):.*/\\1/p')
case $words in
  *@fail*) exit 1 ;;
  *@work*) until [ -e "$HOME/enough" ]; do sleep 0.05; done ;;
  *@ask*) printf 'Red or "blue" — or gr\\303\\274n?\\n' > "$folder/mailbox/001.question" ;;
esac
`);
});

if (process.env.DISPATCH_WRITE === '1')
  test('the good store is made anew', async () => {
    await makeGoodStore(goodStore);
    expect(existsSync(join(goodStore, 'format.json'))).toBe(true);
  });

const conformance = ['doctor', '--conformance'];

/** The good store as the store of a stage of its own. */
function laidOut(): { store: LaidOut; there: Stage } {
  const cwd = makeRepo();
  return { store: new LaidOut(join(cwd, '.dispatch')), there: stageIn(stage.home, cwd) };
}

/** Times of change, too. */
function everything(folder: string): unknown {
  const tree = treeOf(folder);
  const paths = Object.keys(tree).map((key) => join(folder, key.slice(folder.length + 1)));
  return [tree, paths.map((path) => statSync(path).mtimeMs)];
}

test('a store that conforms: exit status 0, and nothing is written, started or registered', async () => {
  const { store, there } = laidOut();
  const before = [everything(store.root), treeOf(stage.home.home)];
  const ended = await there.type(conformance);
  expect(ended.exitCode).toBe(0);
  expect(dataOf<Conformance>(ended)).toEqual({
    root: store.root,
    format: 1,
    tasks: 4,
    conforms: true,
    departures: [],
  });
  const { stdout } = await dispatch(conformance, { cwd: there.cwd, env: stage.home.env });
  expect(stdout).toBe(`Conforms: ${store.root}, 4 tasks, no errors, no warnings.\n`);
  expect([everything(store.root), treeOf(stage.home.home)]).toEqual(before);
  expect(livingProcesses().filter(({ cwd }) => cwd === store.root)).toEqual([]);
});

test('one that does not: exit status 6, ok, and a line each, errors first', async () => {
  const { store, there } = laidOut();
  store.write('notes.txt', 'mine\n');
  store.remove(store.of('paint', 'mailbox/001.question'));
  store.append('choose', 'a human was here\n');
  const before = everything(store.root);
  const ended = await there.type(conformance);
  expect(ended.exitCode).toBe(6);
  const { conforms, departures } = dataOf<Conformance>(ended);
  expect(conforms).toBe(false);
  expect(departures).toContainEqual({
    rule: 'journal_line',
    severity: 'error',
    task_id: taskIds.choose,
    path: store.of('choose', 'events.jsonl'),
    line: 7,
    message: expect.stringContaining('a human was here') as string,
  });
  const { stdout, exitCode } = await dispatch(conformance, { cwd: there.cwd, env: stage.home.env });
  expect(exitCode).toBe(6);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
    'error letter_alone',
    'error letter_alone',
    'error question_missing',
    'error journal_line',
    'warning foreign_file',
    'Does not',
  ]);
  expect(lines.at(-1)).toBe(`Does not conform: ${store.root}, 4 tasks, 4 errors, 1 warning.`);
  expect(everything(store.root)).toEqual(before);
});

test('it works in a sandbox, on a read-only disk and without a home', async ({ skip }) => {
  const { store, there } = laidOut();
  const sandboxed = { ...stage.home.env, CODEX_SANDBOX: 'seatbelt', DISPATCH_HOME: '/proc/none' };
  expect((await there.type(conformance, { env: sandboxed })).exitCode).toBe(0);
  const place = readOnly({ at: store.root });
  const possible = await available(place);
  if (possible !== true) skip(possible);
  const argv = [process.execPath, dispatchProgram, ...conformance, '--root', store.root];
  expect(await runIn(place, argv, { env: sandboxed })).toMatchObject({ exitCode: 0, stderr: '' });
});

test('what is no store, and what may not be asked at once', async () => {
  const { store, there } = laidOut();
  const both = await there.type([...conformance, '--take-over']);
  expect([both.exitCode, errorOf(both).code]).toEqual([2, 'look_and_take_over']);
  const none = await there.type([...conformance, '--root', temporaryFolder('empty')]);
  expect([none.exitCode, errorOf(none).code]).toEqual([3, 'no_store']);
  const file = await there.type([...conformance, '--root', store.path('format.json')]);
  expect([file.exitCode, errorOf(file).code]).toEqual([6, 'root_not_a_folder']);
  store.write('format.json', '{"format":2}\n');
  const newer = await there.type(conformance);
  expect(newer.exitCode).toBe(6);
  expect(dataOf<Conformance>(newer)).toMatchObject({ format: 2, departures: [{ rule: 'format_number' }] });
});

const docs = join(import.meta.dirname, '../docs');
const noPython =
  spawnSync('python3', ['--version']).status === 0 ? null : 'python3, which it is written in, is not here';

interface Row {
  task_id: string;
  status: string;
  reason: string;
  title: string;
  questions: string[];
}

function readInPython(root: string): Row[] {
  const page = readFileSync(join(docs, 'file-format.md'), 'utf8');
  const reader = join(temporaryFolder('reader'), 'list.py');
  writeFileSync(reader, /^```python\n([^]*?)^```$/m.exec(page)?.[1] ?? '');
  const printed = execFileSync('python3', [reader, root, join(docs, 'schemas')], { encoding: 'utf8' });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** What `list` and `questions` say, in the words of the reader in Python. */
async function listed(there: Stage): Promise<(Row & { damage: null })[]> {
  const rows = dataOf<Row[]>(await there.type(['list']));
  const asked = dataOf<{ task_id: string; questions: { question: string }[] }[]>(
    await there.type(['questions']),
  );
  return rows.map(({ task_id, status, reason, title }) => ({
    task_id,
    status,
    reason,
    title,
    questions: asked.find((one) => one.task_id === task_id)?.questions.map(({ question }) => question) ?? [],
    damage: null,
  }));
}

test('the reader in Python says of the good store what list says', async ({ skip }) => {
  if (noPython !== null) skip(noPython);
  const { store, there } = laidOut();
  const read = readInPython(store.root);
  expect(read.map(({ status, reason }) => `${status}, ${reason}`)).toEqual([
    'running, working',
    'awaiting_user, question',
    'completed, turn_succeeded',
    'completed, worker_marked_done',
  ]);
  expect(read).toEqual(await listed(there));
});

test('and of one at work, which conforms all the while', async ({ skip }) => {
  const begin = async (prompt: string, ...args: string[]) =>
    dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', prompt, ...args])).task_id;
  const shows = async (id: string, reason: string) =>
    until(async () => dataOf<{ reason: string }>(await stage.type(['status', id])).reason === reason, {
      what: `${id} is ${reason}`,
    });
  const failed = await begin('@fail it.');
  const asking = await begin('@ask me.', '--key', 'k');
  const working = await begin('@work on.');
  await begin('Think.', '--mode', 'discuss', '--no-agent');
  await shows(failed, 'agent_error');
  await shows(asking, 'question');
  await shows(working, 'working');
  // The supervisor writes down what list has just looked at.
  await until(() => stage.events(asking).some(({ kind }) => kind === 'attempt_ended'), {
    what: 'the end is journalled',
  });
  expect(dataOf<Conformance>(await stage.type(conformance))).toMatchObject({
    conforms: true,
    departures: [],
  });
  if (noPython !== null) skip(noPython);
  const read = readInPython(stage.root);
  expect(read).toHaveLength(4);
  expect(read.find(({ task_id }) => task_id === asking)?.questions).toEqual(['Red or "blue" — or grün?\n']);
  expect(read).toEqual(await listed(stage));

  rmSync(join(stage.taskDir(asking), 'task.json'));
  expect(readInPython(stage.root)).toEqual(read);
  const looks: Promise<Conformance>[] = [];
  for (let look = 0; look < 3; look += 1)
    looks.push(stage.type(conformance).then((ended) => dataOf<Conformance>(ended)));
  writeFileSync(join(stage.home.home, 'enough'), '');
  await stage.type(['resume', failed, '--message', '@work once more']);
  for (const look of await Promise.all(looks)) expect(look.departures).toEqual([]);
  await shows(working, 'turn_succeeded');
});
