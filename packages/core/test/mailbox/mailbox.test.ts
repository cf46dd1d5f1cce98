import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  hasCompletionMarker,
  markPrinting,
  maxLetterBytes,
  putAnswer,
  putDone,
  putQuestion,
  readLetter,
  readMailbox,
  sha256,
} from '../../src/index.ts';
import { bundle } from '../processes/bundle.ts';
import { ended, startNode } from '../processes/run.ts';
import { temporaryFolder } from '../sample-task.ts';

const now = Date.UTC(2026, 10, 21, 12);

/** A letter as an editor or a shell leaves it, last changed `agoMs` before `now`. */
function byHand(path: string, text: string, agoMs: number): void {
  writeFileSync(path, text, { mode: 0o644 });
  const at = new Date(now - agoMs);
  utimesSync(path, at, at);
}

describe('questions', () => {
  test('get the next number, counting whatever stands there', () => {
    const mailbox = temporaryFolder();
    expect(putQuestion(mailbox, 'One?', now)).toEqual({ sequence: '001', reattached: null });
    expect(putQuestion(mailbox, 'Two?', now).sequence).toBe('002');
    writeFileSync(join(mailbox, '007.done'), '');
    expect(putQuestion(mailbox, 'Eight?', now).sequence).toBe('008');
    writeFileSync(join(mailbox, '1000.answer'), '');
    expect(putQuestion(mailbox, 'More?', now).sequence).toBe('1001');
    expect(readMailbox(mailbox, now).entries.map(({ sequence }) => sequence)).toEqual([
      '001',
      '002',
      '008',
      '1001',
    ]);
  });

  test('are found again by their asker until they are done', () => {
    const mailbox = temporaryFolder();
    putQuestion(mailbox, 'One?', now);
    expect(putQuestion(mailbox, 'One?', now)).toMatchObject({
      sequence: '001',
      reattached: { sequence: '001', answer: null },
    });
    putAnswer(mailbox, '001', 'Yes.');
    expect(putQuestion(mailbox, 'One?', now)).toMatchObject({ reattached: { answer: { text: 'Yes.' } } });
    putDone(mailbox, '001', { taken_by: 'ask', answer_sha256: sha256('Yes.') });
    expect(putQuestion(mailbox, 'One?', now)).toEqual({ sequence: '002', reattached: null });
  });

  test('linked into place count at once, written by hand once they rest for a second', () => {
    const mailbox = temporaryFolder();
    putQuestion(mailbox, 'One?', 0);
    byHand(join(mailbox, '002.question'), 'Two?', 999);
    byHand(join(mailbox, '003.question'), 'Three?', 1000);
    byHand(join(mailbox, '004.question'), 'From tomorrow?', -86_400_000);
    expect(
      readMailbox(mailbox, now).entries.map(({ sequence, question }) => [
        sequence,
        question.settled,
        question.whole,
      ]),
    ).toEqual([
      ['001', true, true],
      ['002', false, false],
      ['003', true, false],
      ['004', true, false],
    ]);
  });

  test('without text are none', () => {
    const mailbox = temporaryFolder();
    byHand(join(mailbox, '001.question'), ' \n', 5000);
    expect(readMailbox(mailbox, now).entries).toEqual([]);
    for (const text of ['', ' \n\t'])
      expect(() => putQuestion(mailbox, text, now)).toThrow(
        expect.objectContaining({ code: 'letter_empty' }),
      );
    expect(readdirSync(mailbox)).toEqual(['001.question']);
  });

  test('of many askers at once get a number each', { timeout: 30_000 }, async () => {
    const folderOfProgram = mkdtempSync(join(tmpdir(), 'dispatch-asker-'));
    try {
      const asker = await bundle(new URL('./asker-program.ts', import.meta.url), folderOfProgram);
      const mailbox = temporaryFolder();
      const go = join(folderOfProgram, 'go');
      const askers = Array.from({ length: 8 }, (_, index) =>
        startNode(asker, mailbox, `Question ${index}?`, go),
      );
      writeFileSync(go, '');
      const numbers = await Promise.all(askers.map(ended));
      expect(numbers.map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const { entries } = readMailbox(mailbox, now);
      expect(entries).toHaveLength(8);
      for (const { sequence, question } of entries)
        expect(numbers[Number(question.text.match(/\d/)?.[0])]).toBe(Number(sequence));
    } finally {
      rmSync(folderOfProgram, { recursive: true });
    }
  });

  test('under numbers beyond all reason do not stop the next one', () => {
    const mailbox = temporaryFolder();
    for (const name of ['9007199254740993.question', '1e+21.question', '99999999999999999999999.done'])
      writeFileSync(join(mailbox, name), 'Big?');
    expect(putQuestion(mailbox, 'Small?', now)).toEqual({ sequence: '001', reattached: null });
  });

  test('hold one mebibyte; of more by hand the beginning is seen', () => {
    const mailbox = temporaryFolder();
    const full = 'x'.repeat(maxLetterBytes);
    expect(putQuestion(mailbox, full, now).sequence).toBe('001');
    expect(putQuestion(mailbox, full, now).reattached).not.toBeNull();
    expect(() => putQuestion(mailbox, `${full}x`, now)).toThrow(
      expect.objectContaining({ code: 'letter_too_long' }),
    );
    expect(() => putAnswer(mailbox, '001', `${full}x`)).toThrow(
      expect.objectContaining({ code: 'letter_too_long' }),
    );
    byHand(join(mailbox, '002.question'), `${full}the end`, 5000);
    expect(readMailbox(mailbox, now).entries[1]?.question).toMatchObject({
      bytes: maxLetterBytes,
      sha256: sha256(full),
    });
  });
});

describe('answers', () => {
  test('are given once; the first stays', () => {
    const mailbox = temporaryFolder();
    putQuestion(mailbox, 'One?', now);
    expect(putAnswer(mailbox, '001', 'first')).toBe(true);
    expect(putAnswer(mailbox, '001', 'second')).toBe(false);
    expect(readFileSync(join(mailbox, '001.answer'), 'utf8')).toBe('first');
    expect(() => putAnswer(mailbox, '001', '')).toThrow(expect.objectContaining({ code: 'letter_empty' }));
  });

  test('written by hand are settled once they are not empty and rest for a second, and are never replaced', () => {
    const mailbox = temporaryFolder();
    putQuestion(mailbox, 'One?', now);
    const path = join(mailbox, '001.answer');
    const answer = (): unknown => readMailbox(mailbox, now).entries[0]?.answer;
    byHand(path, '', 60_000);
    expect(answer()).toMatchObject({ settled: false, text: '' });
    byHand(path, 'by ha', 10);
    expect(answer()).toMatchObject({ settled: false, text: 'by ha', whole: false });
    byHand(path, 'by hand', 1000);
    expect(answer()).toMatchObject({ settled: true, text: 'by hand', sha256: sha256('by hand') });
    expect(putAnswer(mailbox, '001', 'by command')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('by hand');
  });

  test('that are taken say by whom, also where the marker was made by hand', () => {
    const mailbox = temporaryFolder();
    for (const text of ['One?', 'Two?', 'Three?', 'Four?']) putQuestion(mailbox, text, now);
    expect(putDone(mailbox, '001', { taken_by: 'ask', answer_sha256: 'h' })).toBe(true);
    expect(putDone(mailbox, '001', { taken_by: 'prompt', answer_sha256: 'h' })).toBe(false);
    writeFileSync(join(mailbox, '002.done'), '');
    writeFileSync(join(mailbox, '003.done'), '{"taken_by": 5}');
    expect(readMailbox(mailbox, now).entries.map(({ done }) => done)).toEqual([
      { taken_by: 'ask', answer_sha256: 'h' },
      'unreadable',
      'unreadable',
      null,
    ]);
  });

  test('that had begun to be printed are marked', () => {
    const mailbox = temporaryFolder();
    putQuestion(mailbox, 'One?', now);
    markPrinting(mailbox, '001');
    markPrinting(mailbox, '001');
    expect(readMailbox(mailbox, now).entries[0]?.printing).toBe(true);
  });
});

describe('what a worker plants', () => {
  const plants: Record<string, (path: string, outside: string) => void> = {
    'a link': (path, outside) => symlinkSync(outside, path),
    'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
    'a folder': (path) => mkdirSync(path),
  };
  for (const [name, plant] of Object.entries(plants))
    test(`${name} is reported and not followed`, () => {
      const mailbox = temporaryFolder();
      const outside = join(temporaryFolder(), 'secret');
      writeFileSync(outside, 'secret');
      putQuestion(mailbox, 'One?', now);
      const planted = ['001.answer', '001.done', '002.question'].map((file) => join(mailbox, file));
      for (const path of planted) plant(path, outside);
      const reading = readMailbox(mailbox, now);
      expect(reading.entries).toMatchObject([{ sequence: '001', answer: null, done: null }]);
      expect(reading.planted.sort()).toEqual(planted);
      expect(JSON.stringify(reading)).not.toContain('secret"');
      expect(putAnswer(mailbox, '001', 'mine')).toBe(false);
      expect(putDone(mailbox, '001', { taken_by: 'x', answer_sha256: 'h' })).toBe(false);
      expect(putQuestion(mailbox, 'Three?', now).sequence).toBe('003');
      expect(readFileSync(outside, 'utf8')).toBe('secret');
    });

  test('a link is no completion marker, a file is', () => {
    const mailbox = temporaryFolder();
    expect(hasCompletionMarker(mailbox)).toBe(false);
    symlinkSync('/etc/hostname', join(mailbox, '.done'));
    expect(hasCompletionMarker(mailbox)).toBe(false);
    rmSync(join(mailbox, '.done'));
    writeFileSync(join(mailbox, '.done'), '');
    expect(hasCompletionMarker(mailbox)).toBe(true);
    expect(hasCompletionMarker(join(mailbox, 'none'))).toBe(false);
  });

  test('names that are no letters are passed over', () => {
    const mailbox = temporaryFolder();
    for (const name of [
      '1.question',
      '01.question',
      'abc.question',
      '001.question.bak',
      '.001.question.tmp',
      '001.questions',
    ])
      writeFileSync(join(mailbox, name), 'Text?');
    expect(readMailbox(mailbox, now)).toEqual({ entries: [], progress: '', planted: [] });
    expect(readLetter(join(mailbox, 'none'), now)).toBeNull();
  });
});
