import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldVersion, Journal, readSnapshot, type Task } from '../../src/index.ts';
import { checksum } from '../../src/snapshot/checksum.ts';
import { drafts, linesOf, taskFolder } from '../sample-task.ts';

const events = [drafts.created(), drafts.started(), drafts.claimed(), drafts.ended()];

/** A folder whose snapshot has been written by a commit, and the task that its journal says. */
function committed(): ReturnType<typeof taskFolder> & { truth: Task; snapshot: string } {
  const folder = taskFolder(Buffer.concat(linesOf(events)));
  const truth = folder.journal().commit(() => drafts.note('last')) as Task;
  return { ...folder, truth, snapshot: readFileSync(folder.taskFile, 'utf8') };
}

/** The text of a snapshot with another field and a hash that fits. */
function signed(snapshot: string, change: (value: Record<string, unknown>) => void): string {
  const value = JSON.parse(snapshot) as Record<string, unknown>;
  change(value);
  const { hash: _old, ...rest } = value;
  const unsigned = `${JSON.stringify({ ...rest, hash: '' }, null, 2)}\n`;
  return unsigned.replace('"hash": ""', `"hash": "${checksum(Buffer.from(unsigned))}"`);
}

describe('a snapshot', () => {
  test('that a commit wrote is believed, carries the position, and is readable JSON', () => {
    const { taskFile, truth, snapshot, text } = committed();
    expect(readSnapshot(taskFile)).toMatchObject({ kind: 'believable', checkpoint: { task: truth } });
    expect(JSON.parse(snapshot)).toMatchObject({
      format: 1,
      fold_version: foldVersion,
      sequence: 5,
      journal_bytes: text().length,
      id: truth.id,
      status: 'completed',
    });
    expect(readdirSync(dirname(taskFile)).sort()).toEqual(['events.jsonl', 'task.json']);
  });

  test('is really used: a journal folded on top of it is not read from its start', () => {
    const folder = committed();
    const spoiled = folder.text().replace('"title":"Fix the login"', '"title":"Mix the login"');
    expect(spoiled).not.toBe(folder.text());
    writeFileSync(folder.eventsFile, spoiled);
    expect(folder.journal().refresh().task?.title).toBe('Fix the login');
    expect(folder.journal().rewriteSnapshot().task?.title).toBe('Mix the login');
    expect(folder.journal().refresh().task?.title).toBe('Mix the login');
  });

  const changes: Record<string, { why: string | null; change: (snapshot: string) => string }> = {
    'is empty': { why: 'torn', change: () => '' },
    'is torn': { why: 'torn', change: (text) => text.slice(0, 300) },
    'lost its last byte': { why: 'edited', change: (text) => text.slice(0, -1) },
    'is full of NULs': { why: 'torn', change: (text) => '\0'.repeat(text.length) },
    'was edited by hand': { why: 'edited', change: (text) => text.replace('"completed"', '"failed"') },
    'was edited by hand and is still as long': {
      why: 'edited',
      change: (text) => text.replace('Fix', 'Mix'),
    },
    'was formatted anew': { why: 'edited', change: (text) => JSON.stringify(JSON.parse(text)) },
    'is of another fold': {
      why: 'other_version',
      change: (text) => signed(text, (value) => Object.assign(value, { fold_version: 2, title: 'lie' })),
    },
    'has a field that cannot be': {
      why: 'edited',
      change: (text) => signed(text, (value) => Object.assign(value, { status: 'happy', title: 'lie' })),
    },
    'claims more journal than there is': {
      why: null,
      change: (text) =>
        signed(text, (value) => Object.assign(value, { journal_bytes: 999_999, sequence: 9, title: 'lie' })),
    },
    'claims a position beyond all files': {
      why: null,
      change: (text) => signed(text, (value) => Object.assign(value, { journal_bytes: 1e300, title: 'lie' })),
    },
    'claims the middle of a line': {
      why: null,
      change: (text) =>
        signed(text, (value) =>
          Object.assign(value, { journal_bytes: Number(value['journal_bytes']) - 1, title: 'lie' }),
        ),
    },
    'names another nonce': {
      why: null,
      change: (text) => signed(text, (value) => Object.assign(value, { nonce: 'other', title: 'lie' })),
    },
    'names another sequence': {
      why: null,
      change: (text) => signed(text, (value) => Object.assign(value, { sequence: 4, title: 'lie' })),
    },
  };

  for (const [name, { why, change }] of Object.entries(changes))
    test(`that ${name} is not believed over the journal, and the next commit writes it again`, () => {
      const folder = committed();
      const changed = change(folder.snapshot);
      expect(changed).not.toBe(folder.snapshot);
      writeFileSync(folder.taskFile, changed);
      const journal = folder.journal();
      expect(journal.refresh()).toMatchObject({ task: folder.truth, snapshot_distrust: why });
      expect(readFileSync(folder.taskFile, 'utf8')).toBe(changed);

      const after = journal.commit(() => drafts.note('and on')) as Task;
      expect(readSnapshot(folder.taskFile)).toMatchObject({
        kind: 'believable',
        checkpoint: { task: after },
      });
      expect(after.title).toBe('Fix the login');
      expect(journal.refresh().snapshot_distrust).toBeNull();
    });

  test('torn at any byte is never believed for anything but the truth', () => {
    const folder = committed();
    for (let cut = 0; cut < folder.snapshot.length; cut += 7) {
      writeFileSync(folder.taskFile, folder.snapshot.slice(0, cut));
      expect(folder.journal().refresh().task).toEqual(folder.truth);
    }
  });

  test('is outrun by a longer journal, whose tail is folded on top', () => {
    const folder = taskFolder();
    folder.journal().commit(() => drafts.started());
    const old = readFileSync(folder.taskFile, 'utf8');
    folder.journal().commit(() => drafts.claimed());
    folder.journal().commit(() => drafts.ended());
    writeFileSync(folder.taskFile, old);
    expect(folder.journal().refresh()).toMatchObject({
      task: { status: 'completed' },
      snapshot_distrust: null,
    });
  });

  test('newer than its journal, as after a power cut, gives way', () => {
    const folder = committed();
    writeFileSync(folder.eventsFile, Buffer.concat(linesOf(events).slice(0, 2)));
    expect(folder.journal().refresh()).toMatchObject({
      task: { status: 'running' },
      position: { sequence: 2 },
    });
  });

  test('of a copied folder speaks of another place', () => {
    const folder = committed();
    const copy = join(dirname(folder.taskDir), 'copy');
    cpSync(folder.taskDir, copy, { recursive: true });
    const state = new Journal(copy).refresh();
    expect(state.snapshot_distrust).toBe('elsewhere');
    expect(state.task?.artifacts.task_file).toBe(join(copy, 'task.json'));
  });

  test('that a worker replaced by a link is neither read nor written through', () => {
    for (const plant of ['link', 'folder'] as const) {
      const folder = committed();
      const outside = join(dirname(folder.taskDir), 'outside');
      writeFileSync(outside, folder.snapshot);
      rmSync(folder.taskFile);
      if (plant === 'link') symlinkSync(outside, folder.taskFile);
      else mkdirSync(folder.taskFile);
      const journal = folder.journal();
      expect(journal.refresh()).toMatchObject({ task: folder.truth, snapshot_distrust: 'planted_link' });
      expect(journal.commit(() => drafts.note('still possible'))).toMatchObject({ id: folder.truth.id });
      expect(readFileSync(outside, 'utf8')).toBe(folder.snapshot);
      expect(readdirSync(folder.taskDir).sort()).toEqual(['events.jsonl', 'task.json']);
    }
  });

  test('keeps what a newer version added to it', () => {
    const folder = committed();
    writeFileSync(
      folder.taskFile,
      signed(folder.snapshot, (value) => Object.assign(value, { colour: 'red', nested: { deep: [1] } })),
    );
    folder.journal().commit(() => drafts.note('by the older one'));
    expect(JSON.parse(readFileSync(folder.taskFile, 'utf8'))).toMatchObject({
      colour: 'red',
      nested: { deep: [1] },
    });
  });

  test('that cannot be written loses no commit', () => {
    const folder = committed();
    rmSync(folder.taskFile);
    mkdirSync(join(folder.taskFile, 'in the way'), { recursive: true });
    folder.journal().commit(() => drafts.note('kept'));
    expect(folder.journal().eventsAfter().events.at(-1)?.message).toBe('kept');
  });
});
