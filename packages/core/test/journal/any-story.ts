import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { checksum, Journal, pendingQuestions, type EventKind } from '../../src/index.ts';
import { anyValidEvent, garbageLine, validEvent } from '../records/arbitrary-event.ts';
import { createdData } from '../sample-task.ts';

const seldom = <T>(usual: T, other: fc.Arbitrary<T>, weight = 20): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const ofTheStatus: readonly EventKind[] = [
  'attempt_started',
  'attempt_claimed',
  'attempt_ended',
  'question_asked',
  'question_answered',
  'retrying_in_agent',
  'working_again',
  'resume_requested',
];
const event = fc.oneof(
  { weight: 1, arbitrary: anyValidEvent },
  { weight: 2, arbitrary: fc.constantFrom(...ofTheStatus).chain(validEvent) },
);

/** A line of a journal. Most are the one that is due, and about what the task is about just then. */
const line = fc.record({
  event,
  fits: seldom(true, fc.constant(false), 5),
  ahead: seldom(0, fc.integer({ min: -3, max: 3 })),
  more: seldom<Record<string, unknown>>(
    {},
    fc.constantFrom({ fold_version: 2 }, { kind: 'painted' }, { data: { coats: 2 } }, { nonce: '' }),
  ),
});
const repair = fc.record({ repaired: fc.integer({ min: -1, max: 2 }) });

/** What somebody may have written into the folder of a task, sound for the most part. */
export const anyStory = fc.record({
  beginning: seldom<EventKind>('created', fc.constant('note')),
  lines: fc.array(
    fc.oneof(
      { weight: 30, arbitrary: line },
      { weight: 1, arbitrary: repair },
      { weight: 1, arbitrary: garbageLine },
    ),
    { minLength: 6, maxLength: 30 },
  ),
  tail: fc.constantFrom('', '', '{"sequence":', '#'),
  /** After so many lines the snapshot is written. */
  snapshotAt: fc.integer({ min: 0, max: 20 }),
  /** What is changed behind the program's back then: the title tells which of the two was read. */
  spoiled: fc.constantFrom('nothing', 'journal', 'snapshot', 'position', 'all_but_hash'),
});
type Story = typeof anyStory extends fc.Arbitrary<infer S> ? S : never;
type Line = typeof line extends fc.Arbitrary<infer L> ? L : never;

const aboutAttempts = /^(attempt_[cer]|leader|session_[re]|retrying|working|stop|leftovers)/;

const hashed = /"hash": "[^"]*"\n\}\n$/;

/** A text that ends in an empty hash, with the one that it needs. */
function signed(unsigned: string): string {
  return unsigned.replace(hashed, `"hash": "${checksum(Buffer.from(unsigned))}"\n}\n`);
}

export class StoryWriter {
  readonly #id: string;
  readonly #folder: string;
  readonly #file: string;
  #due = 1;

  constructor(root: string, id: string) {
    this.#id = id;
    this.#folder = join(root, 'tasks', id);
    this.#file = join(this.#folder, 'events.jsonl');
    mkdirSync(this.#folder, { recursive: true });
  }

  write({ beginning, lines, snapshotAt, spoiled, tail }: Story): void {
    this.#put(beginning, beginning === 'created' ? createdData(this.#id) : {});
    for (const [at, one] of lines.entries()) {
      if (at === snapshotAt) this.#checkpoint(spoiled);
      if (typeof one === 'string') appendFileSync(this.#file, `${one}\n`);
      else if ('repaired' in one) this.#repair(one.repaired);
      else this.#event(one);
    }
    appendFileSync(this.#file, tail);
  }

  #event({ event: { kind, data }, fits, ahead, more }: Line): void {
    const about = fits ? { ...(data as object), ...this.#about(kind) } : data;
    this.#put(kind, about, { sequence: Math.max(1, this.#due + ahead), ...more });
  }

  /** Fields by which an event meets what the task has. */
  #about(kind: string): Record<string, unknown> {
    const { task } = new Journal(this.#folder).refresh();
    if (task === null) return {};
    if (kind === 'attempt_started') return { attempt: task.attempts.length };
    if (aboutAttempts.test(kind)) return { attempt: Math.max(0, task.attempts.length - 1) };
    const asked = pendingQuestions(task)[0];
    if (kind !== 'question_answered' || asked === undefined) return {};
    return { question: asked.sequence, question_sha256: asked.sha256 };
  }

  #repair(more: number): void {
    const data = { missing_from: this.#due, missing_to: Math.max(1, this.#due + more) };
    this.#put('repaired', data, { sequence: this.#due + Math.max(0, more) + 1 });
  }

  #checkpoint(spoiled: Story['spoiled']): void {
    new Journal(this.#folder).checkpoint();
    const snapshot = join(this.#folder, 'task.json');
    if (spoiled === 'nothing' || !existsSync(snapshot)) return;
    const file = spoiled === 'journal' ? this.#file : snapshot;
    const text = readFileSync(file, 'utf8').replace(/("title": ?")Fix/, '$1Mix');
    if (spoiled === 'journal' || spoiled === 'snapshot') writeFileSync(file, text);
    else if (spoiled === 'all_but_hash') writeFileSync(file, signed('no JSON, "hash": ""\n}\n'));
    else
      writeFileSync(
        file,
        signed(text.replace('"nonce": "n', '"nonce": "m').replace(hashed, '"hash": ""\n}\n')),
      );
  }

  #put(kind: string, data: unknown, more: Record<string, unknown> = {}): void {
    const timestamp = '2026-11-21T10:00:00.000Z';
    const nonce = `n${this.#due}${kind}`;
    const written = { sequence: this.#due, timestamp, kind, message: '', nonce, data, ...more };
    appendFileSync(this.#file, `${JSON.stringify(written)}\n`);
    this.#due = Math.max(this.#due, written.sequence + 1);
  }
}
