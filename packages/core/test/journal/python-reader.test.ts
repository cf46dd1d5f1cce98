import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Journal, newTaskId, pendingQuestions } from '../../src/index.ts';
import { damagedOnPurpose } from '../../../../scripts/test/keep-stores.mjs';
import { temporaryFolder } from '../sample-task.ts';
import { anyStory, StoryWriter } from './any-story.ts';

const docs = join(import.meta.dirname, '../../../../docs');
const [, program = ''] =
  /^```python\n([^]*?)^```$/m.exec(readFileSync(join(docs, 'file-format.md'), 'utf8')) ?? [];
const noPython =
  spawnSync('python3', ['--version']).status === 0 ? null : 'python3, which it is written in, is not here';

interface Row {
  task_id: string;
  status?: string;
  reason?: string;
  title?: string;
  questions: string[];
  damage: string | null;
}

/** What the reader of `docs/file-format.md` says of a store, oldest first. */
function read(root: string): Row[] {
  const reader = join(temporaryFolder(), 'list.py');
  writeFileSync(reader, program);
  const printed = execFileSync('python3', [reader, root, join(docs, 'schemas')], { encoding: 'utf8' });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
    .reverse();
}

/** The same, as the program's own code reads it. */
function readHere(root: string, id: string): Row {
  const { task, gap, newer_version } = new Journal(join(root, 'tasks', id)).refresh();
  const damage = gap !== null ? `event ${gap.expected} is missing` : newer_version ? 'newer_version' : null;
  if (task === null) return { task_id: id, questions: [], damage };
  const { status, reason, title } = task;
  const questions = pendingQuestions(task).map(({ question }) => question);
  return { task_id: id, status, reason, title, questions, damage };
}

test('the reader of docs/file-format.md says of any journal what the program says', ({ skip }) => {
  if (noPython !== null) skip(noPython);
  const root = join(temporaryFolder(), '.dispatch');
  mkdirSync(join(root, 'tasks'), { recursive: true });
  writeFileSync(join(root, 'format.json'), '{"format":1}\n');
  writeFileSync(join(root, '..', damagedOnPurpose), '');
  let newest: string | null = null;
  const ids = fc.sample(anyStory, 700).map((story) => {
    newest = newTaskId({ now: new Date(), newest });
    new StoryWriter(root, newest).write(story);
    return newest;
  });
  symlinkSync(join(root, 'tasks', ids[0]!), join(root, 'tasks', newTaskId({ now: new Date(), newest })));

  const rows = read(root);
  expect(rows.map(({ task_id }) => task_id)).toEqual(ids);
  for (const row of rows) {
    const journal = readFileSync(join(root, 'tasks', row.task_id, 'events.jsonl'), 'utf8');
    expect(row, journal).toEqual(readHere(root, row.task_id));
  }
  // The stories are not all alike.
  const seen = new Set(
    rows.map(({ status, reason, damage }) => `${status} ${reason} ${damage?.slice(0, 5)}`),
  );
  expect(seen.size).toBeGreaterThan(20);
  expect(rows.filter(({ damage }) => damage !== null).length).toBeGreaterThan(20);
  expect(ids.filter((id) => existsSync(join(root, 'tasks', id, 'task.json'))).length).toBeGreaterThan(50);
});
