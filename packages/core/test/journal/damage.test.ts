import { appendFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Journal, type AnyDraft } from '../../src/index.ts';
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

/** Each commit is synced to the disk: every byte around the ends of lines, and one in nine of the others. */
function cutsWorthACommit(): number[] {
  const ends = lines.map((_line, at) => Buffer.concat(lines.slice(0, at + 1)).length);
  const [firstEnd = 0] = ends;
  const all = Array.from({ length: whole.length - firstEnd + 1 }, (_one, at) => firstEnd + at);
  return all.filter((cut) => cut % 9 === 0 || ends.some((end) => Math.abs(cut - end) < 12));
}

function messages(journal: Journal): string[] {
  return journal.eventsAfter().events.map(({ message }) => message);
}

describe('a torn journal', () => {
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
    for (const cut of cutsWorthACommit()) {
      writeFileSync(folder.eventsFile, whole.subarray(0, cut));
      const before = wholeIn(cut);
      const journal = folder.journal();
      expect(journal.commit(() => drafts.note('after the cut'))).not.toBeNull();
      expect(folder.journal().refresh().position.sequence).toBe(before + 1);
      // The rest of the torn line, as a writer that continues a short write would append it.
      appendFileSync(folder.eventsFile, whole.subarray(cut));
      appendFileSync(folder.eventsFile, '\n');
      const kinds = folder
        .journal()
        .eventsAfter()
        .events.map(({ kind }) => kind);
      expect(kinds.slice(0, before + 1)).toEqual([...story.slice(0, before).map(({ kind }) => kind), 'note']);
    }
  });

  test('is healed although its last line lacks only the newline', () => {
    const folder = taskFolder(whole.subarray(0, -1));
    folder.journal().commit(() => drafts.note('instead'));
    // One write: the stump was closed before it, not found out after it.
    expect(folder.text().slice(whole.length - 1)).toMatch(/^#\n\{"sequence":6,[^\n]*\n$/);
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
          const folder = taskFolderAt(
            Buffer.concat([whole, Buffer.from(garbage.map((text) => `${text}\n`).join(''))]),
          );
          if (open) appendFileSync(folder.eventsFile, '\0\0\0');
          folder.journal().commit(() => drafts.note('found'));
          expect(messages(folder.journal()).at(-1)).toBe('found');
          expect(folder.journal().refresh()).toMatchObject({
            gap: null,
            position: { sequence: story.length + 1 },
          });
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
