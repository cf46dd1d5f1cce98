import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endsWithEvent, maxLineBytes, Journal, type AnyDraft } from '../../src/index.ts';
import { garbageLine } from '../records/arbitrary-event.ts';
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

/** How many events of the story stand whole in its first `bytes` bytes. */
function wholeIn(bytes: number): number {
  let end = 0;
  let count = 0;
  for (const line of lines) if ((end += line.length) <= bytes) count += 1;
  return count;
}

function messages(journal: Journal): string[] {
  return journal.eventsAfter().events.map(({ message }) => message);
}

describe('a torn journal', () => {
  const firstEnd = lines[0]?.length ?? 0;

  test('read is its longest valid beginning, at every byte', () => {
    const folder = taskFolder();
    for (let cut = 0; cut <= whole.length; cut += 1) {
      writeFileSync(folder.eventsFile, whole.subarray(0, cut));
      const state = folder.journal().refresh();
      expect([cut, state.position.sequence, state.gap]).toEqual([cut, wholeIn(cut), null]);
      expect(state.unterminated).toBe(cut > 0 && whole[cut - 1] !== 0x0a);
    }
  });

  test('takes a commit after which the stump never counts, whatever follows', () => {
    const folder = taskFolder();
    for (let cut = firstEnd; cut <= whole.length; cut += 1) {
      writeFileSync(folder.eventsFile, whole.subarray(0, cut));
      const before = wholeIn(cut);
      const journal = folder.journal();
      expect(journal.commit(() => drafts.note('after the cut'))).not.toBeNull();
      expect(folder.journal().refresh().position.sequence).toBe(before + 1);
      // The rest of the torn line, as a writer that continues a short write would append it.
      appendFileSync(folder.eventsFile, whole.subarray(cut));
      appendFileSync(folder.eventsFile, '\n');
      const kinds = folder.journal().eventsAfter().events.map(({ kind }) => kind);
      expect(kinds.slice(0, before + 1)).toEqual([...story.slice(0, before).map(({ kind }) => kind), 'note']);
    }
  });

  test('is healed although its last line lacks only the newline', () => {
    const folder = taskFolder(whole.subarray(0, -1));
    folder.journal().commit(() => drafts.note('instead'));
    const { events } = folder.journal().eventsAfter();
    expect(events.at(-1)).toMatchObject({ sequence: story.length, kind: 'note' });
  });

  test('heals when the stump came between the look and the write', () => {
    const folder = taskFolder();
    const journal = folder.journal();
    let first = true;
    journal.commit(() => {
      if (first) appendFileSync(folder.eventsFile, lines[1]?.subarray(0, 100) ?? '');
      first = false;
      return drafts.note('glued to the stump once');
    });
    expect(messages(folder.journal())).toEqual(['created', 'glued to the stump once']);
  });

  test('with NULs and garbage lines goes on after them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(garbageLine, fc.constantFrom('\0'.repeat(5000), '\ud800')), { maxLength: 8 }),
        fc.boolean(),
        (garbage, open) => {
          const folder = taskFolderAt(Buffer.concat([whole, Buffer.from(garbage.map((text) => `${text}\n`).join(''))]));
          if (open) appendFileSync(folder.eventsFile, '\0\0\0');
          folder.journal().commit(() => drafts.note('found'));
          expect(messages(folder.journal()).at(-1)).toBe('found');
          expect(folder.journal().refresh()).toMatchObject({ gap: null, position: { sequence: story.length + 1 } });
        },
      ),
      { numRuns: 60 },
    );
  });

  let reused: ReturnType<typeof taskFolder> | null = null;
  function taskFolderAt(content: Buffer): ReturnType<typeof taskFolder> {
    reused ??= taskFolder();
    writeFileSync(reused.eventsFile, content);
    writeFileSync(reused.taskFile, '');
    return reused;
  }
});

describe('a missing sequence', () => {
  const [first = '', second = '', third = '', fourth = ''] = lines;
  const cases = {
    'in the midst': [first, second, fourth],
    'at the beginning but one': [first, third, fourth],
    twice: [first, third, ...linesOf([drafts.note('5'), drafts.note('6')], 6)],
    'with the line behind its follower': [first, third, second, fourth],
  };

  for (const [name, kept] of Object.entries(cases)) {
    test(`${name} is damage that only a repair writes to, and the journal goes on after it`, () => {
      const folder = taskFolder(Buffer.concat(kept.map((line) => Buffer.from(line))));
      const before = folder.text();
      const damaged = folder.journal().refresh();
      expect(damaged.gap).not.toBeNull();
      expect(() => folder.journal().commit(() => drafts.note())).toThrow(
        expect.objectContaining({ code: 'journal_damaged' }),
      );
      expect(folder.text()).toBe(before);

      let repairs = 0;
      while (folder.journal().repairGap()) repairs += 1;
      expect(repairs).toBe(name === 'twice' ? 2 : 1);
      expect(folder.text().startsWith(before)).toBe(true);
      expect(folder.journal().refresh().gap).toBeNull();
      folder.journal().commit(() => drafts.note('goes on'));
      expect(messages(folder.journal()).at(-1)).toBe('goes on');
    });
  }

  test('is repaired to the same task whether a snapshot stood or not', () => {
    const folder = taskFolder(Buffer.concat([first, second, fourth].map((line) => Buffer.from(line))));
    const journal = folder.journal();
    journal.repairGap();
    const cached = folder.journal().refresh().task;
    writeFileSync(folder.taskFile, '');
    expect(folder.journal().refresh().task).toEqual(cached);
    expect(journal.refresh().task).toEqual(cached);
  });

  test('of nothing is no damage and a repair writes nothing', () => {
    const folder = taskFolder(whole);
    expect(folder.journal().repairGap()).toBe(false);
    expect(folder.text()).toBe(whole.toString());
  });
});

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
    expect(() => folder.journal().commit(() => unreadable)).toThrow(expect.objectContaining({ code: 'internal' }));
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
    const lengths = folder.text().split('\n').map((line) => line.length + 1);
    expect(Math.max(...lengths)).toBe(maxLineBytes - 1);
    writeFileSync(folder.taskFile, '');
    expect(folder.journal().refresh().position.sequence).toBeGreaterThan(10);
  });

  test('nothing follows `pruned`', () => {
    const folder = taskFolder(whole);
    folder.journal().commit(() => ({ kind: 'pruned', message: 'pruned', data: {} }));
    expect(() => folder.journal().commit(() => drafts.note())).toThrow(expect.objectContaining({ code: 'pruned' }));
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
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 150, maxLength: 200 }),
        fc.integer({ min: 0, max: 210 }),
        (plan, limit) => {
          const text = linesOf([drafts.created(), ...plan.map((_, index) => drafts.note(`${index} ${padding}`))]).map(String);
          const late: string[][] = text.map(() => []);
          plan.forEach(([isVoid, delay, broken], index) => {
            const at = Math.min(index + 1 + delay, text.length - 1);
            if (isVoid) late[at]?.push(String(linesOf([drafts.note('void')], index + 2)[0]));
            if (broken) late[at]?.push('{"sequence":\n');
          });
          writeFileSync(folder.eventsFile, text.map((line, index) => [line, ...(late[index] ?? [])].join('')).join(''));
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

  test('pass over what a repair left out', () => {
    const [first = '', second = '', third = ''] = lines.map(String);
    const folder = taskFolder(first + third + second);
    folder.journal().repairGap();
    expect(folder.journal().lastEvents(9).events).toEqual(folder.journal().eventsAfter().events);
    expect(folder.journal().lastEvents(9).events.map(({ sequence }) => sequence)).toEqual([1, 3, 4]);
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
      expect(() => folder.journal().eventsAfter(wrong)).toThrow(expect.objectContaining({ code: 'position_unknown' }));
  });
});

describe('what a newer version wrote', () => {
  const line = (event: object): string =>
    `${JSON.stringify({ timestamp: 't', message: 'from the future', nonce: 'f', data: {}, ...event })}\n`;

  test('an unknown kind and unknown fields are kept and do not stand in the way', () => {
    const unknown = line({ sequence: 2, kind: 'teleported', data: { to: 'mars' }, colour: 'red' });
    const more = line({ sequence: 3, kind: 'note', data: { mood: 'good' } });
    const folder = taskFolder(Buffer.concat([linesOf([drafts.created()])[0] ?? Buffer.alloc(0), Buffer.from(unknown + more)]));
    folder.journal().commit(() => drafts.note('mine'));
    const { events } = folder.journal().eventsAfter();
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'teleported', 'note', 'note']);
    expect(events[1]).toMatchObject({ data: { to: 'mars' }, colour: 'red' });
    expect(events[2]).toMatchObject({ data: { mood: 'good' } });
    expect(folder.text()).toContain(unknown + more);
  });

  test.each(['teleported', 'status_changed'])('a change of status by %s that only a later fold knows stops us', (kind) => {
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
      expect(() => reader.commit(() => drafts.note())).toThrow(expect.objectContaining({ code: 'newer_version' }));
      expect(() => reader.repairGap()).toThrow(expect.objectContaining({ code: 'newer_version' }));
      reader.rewriteSnapshot();
    }
    expect(folder.text()).toBe(before);
    expect(readFileSync(folder.taskFile, 'utf8')).toBe(snapshot);
  });
});

test('a position is found by the line that ends there, and by nothing else', async () => {
  const folder = taskFolder(whole);
  const { openSync, closeSync } = await import('node:fs');
  const fd = openSync(folder.eventsFile, 'r');
  const ends = lines.map((_, index) => Buffer.concat(lines.slice(0, index + 1)).length);
  for (let bytes = 0; bytes <= whole.length + 1; bytes += 1)
    for (const sequence of [1, 2, story.length])
      expect(endsWithEvent(fd, { sequence, nonce: `n${sequence}`, bytes })).toBe(ends[sequence - 1] === bytes);
  closeSync(fd);
});
