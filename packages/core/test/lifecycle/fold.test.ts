import { readFileSync, writeFileSync } from 'node:fs';
import { Value } from '@sinclair/typebox/value';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  apply,
  foldVersion,
  isTerminal,
  Journal,
  type EventDataOf,
  type JournalEvent,
  type Task,
} from '../../src/index.ts';
import { checkSnapshot } from '../../src/records/checks.generated.ts';
import { EventData } from '../../src/records/events.ts';
import { Snapshot } from '../../src/records/task.ts';
import { anyValidEvent, garbageLine, validEvent } from '../records/arbitrary-event.ts';
import { createdData, linesOf, taskFolder, drafts } from '../sample-task.ts';

const taskDir = '/r/tasks/000000000abcde';
const published = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(new URL('../../../../docs/schemas/task.schema.json', import.meta.url), 'utf8')),
);

function snapshotOf(task: Task): unknown {
  // What a reader finds in the file, not what the object was: JSON knows no Infinity and no undefined.
  return JSON.parse(
    JSON.stringify({
      format: 1,
      fold_version: foldVersion,
      sequence: 1,
      journal_bytes: 1,
      nonce: 'n',
      ...task,
      hash: '',
    }),
  );
}

function expectSound(task: Task): void {
  const snapshot = snapshotOf(task);
  // The schema itself is slow to ask: it says what is wrong where the check that was generated from it says that something is.
  const wrong = checkSnapshot(snapshot) ? [] : [...Value.Errors(Snapshot, snapshot)];
  expect(wrong.map(({ path, message }) => `${path} ${message}`)).toEqual([]);
  expect(checkSnapshot(snapshot)).toBe(true);
  expect(published(snapshot), JSON.stringify(published.errors)).toBe(true);
  const open = task.attempts.filter(({ phase }) => phase !== 'ended');
  expect(open.length).toBeLessThanOrEqual(1);
  if (open.length === 1) {
    expect(open[0]).toBe(task.attempts.at(-1));
    expect(isTerminal(task)).toBe(false);
  }
  if (task.status === 'running') expect(open).toHaveLength(1);
  task.attempts.forEach((attempt, index) => expect(attempt.attempt).toBe(index));
}

const mayMakeTerminal = new Set(['attempt_ended', 'status_changed']);

function asEvent({ kind, data }: { kind: string; data: unknown }, sequence: number): JournalEvent {
  return {
    sequence,
    timestamp: '2026-11-21T00:00:00.000Z',
    kind,
    message: 'm',
    nonce: 'n',
    data,
  } as JournalEvent;
}

describe('the fold', () => {
  test('of any events that fit their schemas is a task that fits its own', () => {
    fc.assert(
      fc.property(
        validEvent('created'),
        fc.array(anyValidEvent, { maxLength: 60, size: 'max' }),
        fc.boolean(),
        (created, events, pruned) => {
          let task = apply(null, asEvent(created, 1), taskDir) as Task;
          expectSound(task);
          events.forEach((event, index) => {
            const before = task;
            const copy = structuredClone(before);
            task = apply(before, asEvent(event, index + 2), taskDir) as Task;
            expect(before).toEqual(copy);
            expectSound(task);
            if (isTerminal(task) && !isTerminal(before)) expect(mayMakeTerminal).toContain(event.kind);
            if (before.session?.established && !before.session.given_up && task.session?.given_up === false)
              expect(event.kind === 'attempt_started' || task.session.established).toBe(true);
          });
          if (!pruned) return;
          const gone = apply(task, asEvent({ kind: 'pruned', data: {} }, 99), taskDir) as Task;
          expect(gone.pruned).toBe(isTerminal(task));
          if (gone.pruned) expect(apply(gone, asEvent(drafts.note(), 100), taskDir)).toBe(gone);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('reaches every status, a second attempt and taken answers in such runs', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(anyValidEvent, { maxLength: 80, size: 'max' }), (events) => {
        let task = apply(null, asEvent(drafts.created(), 1), taskDir) as Task;
        events.forEach((event, index) => {
          task = apply(task, asEvent(event, index + 2), taskDir) as Task;
          seen.add(task.status);
          if (task.attempts.length > 1) seen.add('second attempt');
          if (task.questions.some(({ taken_at: taken }) => taken !== null)) seen.add('taken answer');
        });
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([
      'awaiting_user',
      'cancelled',
      'completed',
      'failed',
      'pending',
      'running',
      'second attempt',
      'taken answer',
    ]);
  });

  test('of a journal with garbage in it never throws and is the fold of what is valid', () => {
    const folder = taskFolder();
    fc.assert(
      fc.property(fc.array(fc.oneof(anyValidEvent, garbageLine), { maxLength: 30 }), (mixed) => {
        let sequence = 1;
        let task = apply(null, JSON.parse(String(linesOf([drafts.created()])[0])), folder.taskDir) as Task;
        const lines = [...linesOf([drafts.created()]).map(String)];
        for (const one of mixed) {
          if (typeof one === 'string') lines.push(`${one}\n`);
          else {
            sequence += 1;
            const text = JSON.stringify(asEvent(one, sequence));
            lines.push(`${text}\n`);
            task = apply(task, JSON.parse(text) as JournalEvent, folder.taskDir) as Task;
          }
        }
        writeFileSync(folder.eventsFile, lines.join(''));
        const state = new Journal(folder.taskDir).refresh();
        expect(state.gap).toBeNull();
        expect(state.position.sequence).toBe(sequence);
        expect(state.task).toEqual(task);
        expectSound(state.task as Task);
      }),
      { numRuns: 200 },
    );
  });

  test('knows every kind of event that has a schema', () => {
    const task = apply(null, asEvent(drafts.created(), 1), taskDir) as Task;
    for (const kind of Object.keys(EventData))
      fc.assert(
        fc.property(validEvent(kind as keyof typeof EventData), (event) => {
          expect(apply(task, asEvent(event, 2), taskDir)).toMatchObject({ id: createdData().id });
        }),
        { numRuns: 20 },
      );
  });
});

describe('the way of a task', () => {
  const walk = (...events: { kind: string; data: unknown }[]): Task =>
    events.reduce<Task | null>(
      (task, event, index) => apply(task, asEvent(event, index + 1), taskDir),
      null,
    ) as Task;

  const started = (attempt: number, more: Partial<EventDataOf<'attempt_started'>>) => {
    const draft = drafts.started(attempt);
    return { ...draft, data: { ...draft.data, ...more } };
  };

  test('a question makes it wait, its answer makes the living attempt work again and counts the pause', () => {
    const begun = [drafts.created(), drafts.started(), drafts.claimed()];
    expect(walk(...begun, drafts.asked())).toMatchObject({ status: 'awaiting_user', reason: 'question' });
    const answered = walk(...begun, drafts.asked(), drafts.answered());
    expect(answered).toMatchObject({ status: 'running', reason: 'working' });
    expect(answered.attempts[0]?.paused_ms).toBe(3000);
  });

  test('time in which two questions were pending counts once', () => {
    const begun = [
      drafts.created(),
      drafts.started(),
      drafts.asked('001', 'A?', 100),
      drafts.asked('002', 'B?', 200),
    ];
    const firstFirst = walk(...begun, drafts.answered('001', 'A?', 400), drafts.answered('002', 'B?', 700));
    const secondFirst = walk(...begun, drafts.answered('002', 'B?', 400), drafts.answered('001', 'A?', 700));
    expect([firstFirst, secondFirst].map((task) => task.attempts[0]?.paused_ms)).toEqual([600, 600]);
  });

  test('an answer for other content of the same number is none', () => {
    const task = walk(
      drafts.created(),
      drafts.started(),
      drafts.asked('001', 'New?'),
      drafts.answered('001', 'Old?'),
    );
    expect(task).toMatchObject({ status: 'awaiting_user', reason: 'question' });
    expect(task.questions[0]?.answered_at).toBeNull();
  });

  test('two pending questions need two answers', () => {
    const task = walk(
      drafts.created(),
      drafts.started(),
      drafts.asked('001', 'A?'),
      drafts.asked('002', 'B?'),
      drafts.answered('002', 'B?'),
    );
    expect(task.status).toBe('awaiting_user');
    expect(apply(task, asEvent(drafts.answered('001', 'A?'), 9), taskDir)?.status).toBe('running');
  });

  test('an answer after the end waits for a resume, whose prompt takes it once', () => {
    const parked = walk(
      drafts.created(),
      drafts.started(),
      drafts.asked(),
      drafts.ended(0, { status: 'awaiting_user', reason: 'question', outcome: 'succeeded' }),
      drafts.answered(),
    );
    expect(parked).toMatchObject({ status: 'awaiting_user', reason: 'answered' });
    const resumed = apply(parked, asEvent(drafts.started(1, ['001']), 9), taskDir) as Task;
    expect(resumed.questions[0]).toMatchObject({ taken_by: 'prompt' });
  });

  test('an attempt never starts while one lives, nor under a number that is not the next', () => {
    const task = walk(drafts.created(), drafts.started());
    expect(apply(task, asEvent(drafts.started(1), 3), taskDir)).toBe(task);
    const ended = walk(drafts.created(), drafts.started(), drafts.ended());
    expect(apply(ended, asEvent(drafts.started(0), 4), taskDir)).toBe(ended);
    expect(apply(ended, asEvent(drafts.started(2), 4), taskDir)).toBe(ended);
    expect(apply(ended, asEvent(drafts.started(1), 4), taskDir)).toMatchObject({ status: 'running' });
  });

  test('an attempt ends once, and nothing of it changes the task after that', () => {
    const ended = walk(drafts.created(), drafts.started(), drafts.ended());
    for (const late of [drafts.ended(0, { status: 'failed', reason: 'agent_error' }), drafts.claimed()])
      expect(apply(ended, asEvent(late, 4), taskDir)).toBe(ended);
  });

  test('a fresh start drops the session, though the new one is not known yet, and may hand the task to another agent', () => {
    const session = { kind: 'id' as const, value: 'old' };
    const first = started(0, { session });
    const begun = [drafts.created(), first, { kind: 'session_established', data: { attempt: 0 } }];
    const before = walk(...begun, drafts.ended(0, { model_took_part: true }));
    expect(before).toMatchObject({ session: { locator: session, established: true } });
    expect(before.attempts[0]).toMatchObject({ backend_type: 'codex', model: null, model_took_part: true });

    const again = apply(before, asEvent(started(1, { cause: 'fresh' }), 9), taskDir) as Task;
    expect(again).toMatchObject({ session: null, backend_type: 'codex' });
    const target = { backend: 'mine', backend_type: 'claude', model: 'opus' };
    const moved = started(1, { cause: 'fresh', target, session });
    expect(apply(before, asEvent(moved, 9), taskDir)).toMatchObject({
      ...target,
      session: { backend: 'mine', locator: session, established: false },
      attempts: [{ backend_type: 'codex' }, target],
    });
  });
});
