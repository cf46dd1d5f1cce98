import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  apply,
  checksum,
  foldVersion,
  journalStart,
  scanLines,
  sha256,
  type JournalEvent,
  type Task,
} from '@dispatch/core';
import { examineStore } from '../../src/conformance/examine-store.ts';
import { damagedOnPurpose } from '../../../../scripts/test/keep-stores.mjs';
import type { Conformance } from '../../src/index.ts';

/** The store that `test-e2e/stores/make-good-store.ts` had the real program write. */
export const goodStore = join(import.meta.dirname, 'good-store');

const titles = ['paint', 'measure', 'choose', 'wait'] as const;
type Title = (typeof titles)[number];
export type JournalLine = Record<string, unknown> & {
  sequence: number;
  kind: string;
  nonce: string;
  data: Record<string, unknown>;
};

/** Ids of its tasks: one of two attempts with key, questions and answers; one with a check; one that asks; one at work. */
export const taskIds = Object.fromEntries(
  readdirSync(join(goodStore, 'tasks')).map((id, at) => [titles[at], id]),
) as Record<Title, string>;

/** The good store in a folder of its own, with what git keeps of no folder: empty ones, permissions and `.gitignore`. */
export class LaidOut {
  /** Holds the root. */
  readonly folder: string;
  readonly root: string;

  constructor(root = join(realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-store-'))), '.dispatch')) {
    this.root = root;
    this.folder = dirname(root);
    cpSync(goodStore, this.root, { recursive: true });
    writeFileSync(join(this.folder, damagedOnPurpose), '');
    writeFileSync(join(this.root, '.gitignore'), '*\n');
    const ofTasks = Object.values(taskIds).flatMap((id) =>
      ['mailbox', 'outputs', 'messages'].map((name) => `tasks/${id}/${name}`),
    );
    for (const folder of [...ofTasks, 'cursors', 'supervisor/lease', 'index/active'])
      mkdirSync(join(this.root, folder), { recursive: true });
    closeToOthers(this.root);
  }

  /** As `doctor --conformance` sees it, long after the last change. */
  examine(): Conformance {
    return examineStore({
      root: this.root,
      environment: {},
      cwd: this.folder,
      clock: { now: () => new Date(Date.now() + 3_600_000) },
    });
  }

  path(relative: string): string {
    return join(this.root, relative);
  }

  /** A path of a task, relative to the root. */
  of(title: Title, relative: string): string {
    return `tasks/${taskIds[title]}/${relative}`;
  }

  read(relative: string): string {
    return readFileSync(this.path(relative), 'utf8');
  }

  /** Puts a file there as dispatch would. */
  write(relative: string, content: string | Uint8Array): void {
    const path = this.path(relative);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (existsSync(path)) chmodSync(path, 0o600);
    writeFileSync(path, content, { mode: 0o600 });
  }

  remove(relative: string): void {
    rmSync(this.path(relative), { recursive: true });
  }

  names(relative: string): string[] {
    return readdirSync(this.path(relative)).sort();
  }

  dayOf(title: Title): string {
    return this.names('index').find((day) => existsSync(this.path(`index/${day}/${taskIds[title]}`)))!;
  }

  /** Changes a record of one line. */
  record(relative: string, change: (record: Record<string, unknown>) => void): void {
    const record = JSON.parse(this.read(relative)) as Record<string, unknown>;
    change(record);
    this.write(relative, `${JSON.stringify(record)}\n`);
  }

  /** Changes a snapshot and signs it anew. */
  snapshot(title: Title, change: (snapshot: Record<string, unknown>) => void): void {
    const snapshot = JSON.parse(this.read(this.of(title, 'task.json'))) as Record<string, unknown>;
    change(snapshot);
    this.write(this.of(title, 'task.json'), this.signed(JSON.stringify(snapshot, null, 2)));
  }

  /** The text of a snapshot with the hash that it needs. */
  signed(text: string): string {
    const { hash: _old, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return this.signedText(`${JSON.stringify({ ...rest, hash: '' }, null, 2)}\n`);
  }

  /** The same for a text whose hash is left empty. */
  signedText(unsigned: string): string {
    return unsigned.replace(/"hash": ""\n\}\n$/, `"hash": "${checksum(Buffer.from(unsigned))}"\n}\n`);
  }

  /** The snapshot that a writer of the program's would leave where the root has this path. */
  snapshotAt(title: Title, root: string): void {
    const id = taskIds[title];
    const taskDir = join(root, 'tasks', id);
    const bytes = readFileSync(this.path(this.of(title, 'events.jsonl')));
    const { events } = scanLines(bytes, journalStart);
    let task: Task | null = null;
    for (const { event } of events) task = apply(task, event as JournalEvent, taskDir);
    const { event, end } = events.at(-1)!;
    const { sequence, nonce } = event;
    const head = { format: 1, fold_version: foldVersion, sequence, journal_bytes: end, nonce };
    this.write(this.of(title, 'task.json'), this.signed(JSON.stringify({ ...head, ...task })));
  }

  sha256(text: string): string {
    return sha256(text);
  }

  /** Changes the lines of a journal; the snapshot, which is of the old ones, goes. */
  journal(title: Title, change: (lines: JournalLine[]) => void): void {
    const path = this.of(title, 'events.jsonl');
    const lines = this.read(path)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JournalLine);
    change(lines);
    this.write(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.dropSnapshot(title);
  }

  dropSnapshot(title: Title): void {
    rmSync(this.path(this.of(title, 'task.json')), { force: true });
  }

  append(title: Title, text: string | Uint8Array): void {
    appendFileSync(this.path(this.of(title, 'events.jsonl')), text);
  }

  /** The line of an event that may follow in the journal of a task. */
  next(title: Title, change: Record<string, unknown> = {}): string {
    const count = this.read(this.of(title, 'events.jsonl')).split('\n').length;
    return `${JSON.stringify({
      sequence: count,
      timestamp: '2026-11-30T15:00:00.000Z',
      kind: 'note',
      message: 'a remark',
      nonce: 'remark234567',
      data: {},
      ...change,
    })}\n`;
  }

  /** The name of a file of an attempt, whose prompt has the nonce in it. */
  output(title: Title, ending: RegExp): string {
    const name = readdirSync(this.path(this.of(title, 'outputs'))).find((one) => ending.test(one));
    if (name === undefined) throw new Error(`no ${ending} among the outputs of ${title}`);
    return this.of(title, `outputs/${name}`);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function closeToOthers(path: string): void {
  if (!statSync(path).isDirectory())
    return chmodSync(path, /\d{3}\.(question|answer|done)$/.test(path) ? 0o400 : 0o600);
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) closeToOthers(join(path, name));
}
