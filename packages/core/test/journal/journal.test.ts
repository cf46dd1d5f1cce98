import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endsWithEvent, maxLineBytes, Journal, type AnyDraft } from '../../src/index.ts';
import { drafts, linesOf, taskFolder } from '../sample-task.ts';

const story: AnyDraft[] = [
  drafts.created(),
  drafts.started(),
  drafts.claimed(),
  drafts.asked(),
  drafts.answered(),
  drafts.ended(),
];
const lines = linesOf(story);
const whole = Buffer.concat(lines);

function messages(journal: Journal): string[] {
  return journal.eventsAfter().events.map(({ message }) => message);
}

describe('commit', () => {
  test('asks again with the task as it is when another writer came first', () => {
    const folder = taskFolder();
    const seen: number[] = [];
    const journal = folder.journal();
    journal.commit((task) => {
      seen.push(task.attempts.length);
      if (seen.length === 1) folder.journal().commit(() => drafts.started());
      return drafts.note(`sees ${task.attempts.length}`);
    });
    expect(seen).toEqual([0, 1]);
    expect(messages(folder.journal())).toEqual(['created', 'attempt 0', 'sees 1']);
  });

  test('writes nothing where it is left be, or where the lifecycle does not allow it', () => {
    const folder = taskFolder(whole);
    expect(folder.journal().commit(() => null)).toBeNull();
    expect(() => folder.journal().commit(() => drafts.claimed())).toThrow(
      expect.objectContaining({ code: 'not_in_this_state' }),
    );
    expect(folder.journal().record(drafts.claimed())).toBeNull();
    expect(folder.text()).toBe(whole.toString());
  });

  test('refuses an event that would not be whole in one line, and one that no reader would count', () => {
    const folder = taskFolder();
    const before = folder.text();
    expect(() => folder.journal().commit(() => drafts.note('x'.repeat(maxLineBytes)))).toThrow(
      expect.objectContaining({ code: 'event_too_long' }),
    );
    const unreadable = drafts.asked('001', 'Why?', Number.NaN);
    expect(() => folder.journal().commit(() => unreadable)).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
    expect(folder.text()).toBe(before);
  });

  test('holds no line of 4096 bytes or more', () => {
    const folder = taskFolder();
    const room = maxLineBytes - Buffer.byteLength(String(linesOf([drafts.note('')], 2)[0]));
    for (let length = room - 30; length < room + 3; length += 1) {
      try {
        folder.journal().commit(() => drafts.note('x'.repeat(length)));
      } catch (error) {
        expect(error).toMatchObject({ code: 'event_too_long' });
      }
    }
    const lengths = folder
      .text()
      .split('\n')
      .map((line) => line.length + 1);
    expect(Math.max(...lengths)).toBe(maxLineBytes - 1);
    writeFileSync(folder.taskFile, '');
    expect(folder.journal().refresh().position.sequence).toBeGreaterThan(10);
  });

  test('nothing follows `pruned`', () => {
    const folder = taskFolder(whole);
    folder.journal().commit(() => ({ kind: 'pruned', message: 'pruned', data: {} }));
    expect(() => folder.journal().commit(() => drafts.note())).toThrow(
      expect.objectContaining({ code: 'pruned' }),
    );
    expect(() => folder.journal().record(drafts.note())).toThrow(expect.objectContaining({ code: 'pruned' }));
  });

  test('says what is wrong where the journal is gone or does not begin with the creation', () => {
    const folder = taskFolder(Buffer.concat(linesOf([drafts.note()])));
    expect(folder.journal().refresh().task).toBeNull();
    expect(() => folder.journal().commit(() => drafts.note())).toThrow(
      expect.objectContaining({ code: 'journal_damaged' }),
    );
    expect(() => new Journal(`${folder.taskDir}-gone`).refresh()).toThrow(
      expect.objectContaining({ code: 'journal_missing' }),
    );
  });

  test('after the journal was put back from an older copy goes on from what it says now', () => {
    const folder = taskFolder(whole);
    const longRunning = folder.journal();
    longRunning.refresh();
    truncateSync(folder.eventsFile, Buffer.concat(lines.slice(0, 2)).length);
    longRunning.commit(() => drafts.note('after the cut'));
    expect(messages(folder.journal())).toEqual(['created', 'attempt 0', 'after the cut']);
    expect(longRunning.refresh().task).toEqual(folder.journal().refresh().task);
  });
});

describe('the last events', () => {
  test('are those of the whole journal, whatever void and broken lines stand between', () => {
    const folder = taskFolder();
    const padding = 'x'.repeat(1800);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 }), fc.boolean()), {
          minLength: 150,
          maxLength: 200,
        }),
        fc.integer({ min: 0, max: 210 }),
        (plan, limit) => {
          const text = linesOf([
            drafts.created(),
            ...plan.map((_, index) => drafts.note(`${index} ${padding}`)),
          ]).map(String);
          const late: string[][] = text.map(() => []);
          plan.forEach(([isVoid, delay, broken], index) => {
            const at = Math.min(index + 1 + delay, text.length - 1);
            if (isVoid) late[at]?.push(String(linesOf([drafts.note('void')], index + 2)[0]));
            if (broken) late[at]?.push('{"sequence":\n');
          });
          writeFileSync(
            folder.eventsFile,
            text.map((line, index) => [line, ...(late[index] ?? [])].join('')).join(''),
          );
          const journal = folder.journal();
          const all = journal.eventsAfter();
          expect(all.events).toHaveLength(text.length);
          const last = journal.lastEvents(limit);
          expect(last.events).toEqual(limit === 0 ? [] : all.events.slice(-limit));
          expect(last.position).toEqual(all.position);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are not taken for a void line that stands first in the part that is read', () => {
    const [first = Buffer.alloc(0), , third = Buffer.alloc(0)] = linesOf([
      drafts.created(),
      drafts.note(),
      drafts.note('wins'),
    ]);
    const begin = [first, ...linesOf([drafts.note('two')], 2), third];
    const follow = [
      ...linesOf([drafts.note('void')], 3),
      ...linesOf(
        Array.from({ length: 34 }, () => drafts.note('x'.repeat(1750))),
        4,
      ),
    ];
    const left =
      64 * 1024 - 10 - Buffer.concat(follow).length - String(linesOf([drafts.note('')], 38)[0]).length;
    const folder = taskFolder(
      Buffer.concat([...begin, ...follow, ...linesOf([drafts.note('y'.repeat(left))], 38)]),
    );
    // The window of 64 KiB begins ten bytes before the void line.
    expect(folder.journal().lastEvents(36).events[0]).toMatchObject({ sequence: 3, message: 'wins' });
  });

  test('pass over what a repair left out', () => {
    const [first = '', second = '', third = ''] = lines.map(String);
    const folder = taskFolder(first + third + second);
    folder.journal().repairGap();
    expect(folder.journal().lastEvents(9).events).toEqual(folder.journal().eventsAfter().events);
    expect(
      folder
        .journal()
        .lastEvents(9)
        .events.map(({ sequence }) => sequence),
    ).toEqual([1, 3, 4]);
  });
});

describe('a position', () => {
  test('that the journal holds gives what came after it', () => {
    const folder = taskFolder(Buffer.concat(lines.slice(0, 3)));
    const { position } = folder.journal().eventsAfter();
    appendFileSync(folder.eventsFile, Buffer.concat(lines.slice(3)));
    const after = folder.journal().eventsAfter(position);
    expect(after.events.map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
    expect(after.position.bytes).toBe(whole.length);
    expect(folder.journal().eventsAfter(after.position)).toEqual({ events: [], position: after.position });
  });

  test('that it does not hold is an error, not a guess', () => {
    const folder = taskFolder(whole);
    const { position } = folder.journal().eventsAfter();
    for (const wrong of [
      { ...position, nonce: 'other' },
      { ...position, sequence: 3 },
      { ...position, bytes: position.bytes - 1 },
      { ...position, bytes: position.bytes + 1 },
      { ...position, bytes: 1e300 },
      { sequence: 1, nonce: 'n1', bytes: 1 },
    ])
      expect(() => folder.journal().eventsAfter(wrong)).toThrow(
        expect.objectContaining({ code: 'position_unknown' }),
      );
  });
});

describe('what a newer version wrote', () => {
  const line = (event: object): string =>
    `${JSON.stringify({ timestamp: 't', message: 'from the future', nonce: 'f', data: {}, ...event })}\n`;

  test('an unknown kind and unknown fields are kept and do not stand in the way', () => {
    const unknown = line({ sequence: 2, kind: 'teleported', data: { to: 'mars' }, colour: 'red' });
    const more = line({ sequence: 3, kind: 'note', data: { mood: 'good' } });
    const folder = taskFolder(
      Buffer.concat([linesOf([drafts.created()])[0] ?? Buffer.alloc(0), Buffer.from(unknown + more)]),
    );
    folder.journal().commit(() => drafts.note('mine'));
    const { events } = folder.journal().eventsAfter();
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'teleported', 'note', 'note']);
    expect(events[1]).toMatchObject({ data: { to: 'mars' }, colour: 'red' });
    expect(events[2]).toMatchObject({ data: { mood: 'good' } });
    expect(folder.text()).toContain(unknown + more);
  });

  test.each(['teleported', 'status_changed'])(
    'a change of status by %s that only a later fold knows stops us',
    (kind) => {
      const data = kind === 'status_changed' ? { status: 'failed', reason: 'timeout', detail: null } : {};
      const folder = taskFolder();
      const journal = folder.journal();
      journal.commit(() => drafts.note());
      appendFileSync(folder.eventsFile, line({ sequence: 3, kind, data, fold_version: 2 }));
      appendFileSync(folder.eventsFile, line({ sequence: 4, kind: 'note' }));
      const before = folder.text();
      const snapshot = readFileSync(folder.taskFile, 'utf8');
      for (const reader of [journal, folder.journal()]) {
        expect(reader.refresh()).toMatchObject({ newer_version: true, position: { sequence: 4 } });
        expect(() => reader.commit(() => drafts.note())).toThrow(
          expect.objectContaining({ code: 'newer_version' }),
        );
        expect(() => reader.repairGap()).toThrow(expect.objectContaining({ code: 'newer_version' }));
        reader.rewriteSnapshot();
      }
      expect(folder.text()).toBe(before);
      expect(readFileSync(folder.taskFile, 'utf8')).toBe(snapshot);
    },
  );
});

test('a position is found by the line that ends there, and by nothing else', async () => {
  const folder = taskFolder(whole);
  const { openSync, closeSync } = await import('node:fs');
  const fd = openSync(folder.eventsFile, 'r');
  const ends = lines.map((_, index) => Buffer.concat(lines.slice(0, index + 1)).length);
  for (let bytes = 0; bytes <= whole.length + 1; bytes += 1)
    for (const sequence of [1, 2, story.length])
      expect(endsWithEvent(fd, { sequence, nonce: `n${sequence}`, bytes })).toBe(
        ends[sequence - 1] === bytes,
      );
  closeSync(fd);
});
