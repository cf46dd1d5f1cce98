import { closeSync, constants, fstatSync, lstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { checkDoneFile } from '../records/checks.generated.ts';
import type { DoneFile } from '../records/index.ts';
import { sha256 } from '../disk/hash.ts';
import { isMissing, openRegular, PlantedLink } from '../disk/open.ts';
import { readNames } from '../store/store.ts';

/** A question or an answer as it lies in the mailbox. */
export interface Letter {
  text: string;
  sha256: string;
  bytes: number;
  /** Put into place whole (read-only, as `dispatch` does), or not empty and unchanged for a second: it may be counted. */
  settled: boolean;
  /** Put into place by `dispatch`, not written by hand. */
  whole: boolean;
}

export interface MailboxEntry {
  sequence: string;
  question: Letter;
  answer: Letter | null;
  /** `unreadable`: made by hand; it counts as taken all the same. */
  done: DoneFile | 'unreadable' | null;
  /** `dispatch ask` had begun to print the answer: if it died there, it may have been seen. */
  printing: boolean;
}

/** Of a longer letter, written by hand, readers see the beginning. */
export const maxLetterBytes = 1024 * 1024;
const settledAfterMs = 1000;
/** Of a letter that was linked into place whole: nobody is still writing it. */
export const wholeMode = 0o400;

export function questionPath(mailboxDir: string, sequence: string): string {
  return join(mailboxDir, `${sequence}.question`);
}
export function answerPath(mailboxDir: string, sequence: string): string {
  return join(mailboxDir, `${sequence}.answer`);
}
export function donePath(mailboxDir: string, sequence: string): string {
  return join(mailboxDir, `${sequence}.done`);
}
export function printingPath(mailboxDir: string, sequence: string): string {
  return join(mailboxDir, `.${sequence}.printing`);
}
export function completionMarkerPath(mailboxDir: string): string {
  return join(mailboxDir, '.done');
}

/** What the worker says of how far it has come: replaced as it goes on, the newest word counts. */
export function progressPath(mailboxDir: string): string {
  return join(mailboxDir, 'progress');
}

/**
 * Every question in the mailbox with what belongs to it, in order of number. `nowMs` is the wall clock, against which
 * the age of a letter written by hand is taken. Links are left out and reported in `planted`.
 */
export function readMailbox(
  mailboxDir: string,
  nowMs: number,
): {
  entries: MailboxEntry[];
  /** The worker's newest word on how far it has come; empty where there is none. */
  progress: string;
  planted: string[];
} {
  const entries: MailboxEntry[] = [];
  const planted: string[] = [];
  const names = new Set(readNames(mailboxDir));
  const guarded = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof PlantedLink)) throw error;
      planted.push(error.path);
      return null;
    }
  };
  for (const name of names) {
    const sequence = /^(\d{3,9})\.question$/.exec(name)?.[1];
    if (sequence === undefined) continue;
    const question = guarded(() => readLetter(questionPath(mailboxDir, sequence), nowMs));
    if (question === null || question.text.trim() === '') continue;
    entries.push({
      sequence,
      question,
      answer: names.has(`${sequence}.answer`)
        ? guarded(() => readLetter(answerPath(mailboxDir, sequence), nowMs))
        : null,
      done: names.has(`${sequence}.done`) ? guarded(() => readDone(mailboxDir, sequence, nowMs)) : null,
      printing: names.has(`.${sequence}.printing`),
    });
  }
  entries.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  const said = names.has('progress') ? guarded(() => readLetter(progressPath(mailboxDir), nowMs)) : null;
  return { entries, progress: said?.text ?? '', planted };
}

/** One letter, at most a mebibyte of it; null where there is none. Throws PlantedLink. */
export function readLetter(path: string, nowMs: number): Letter | null {
  let fd: number;
  try {
    fd = openRegular(path, constants.O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(stat.size, maxLetterBytes));
    const count = buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, 0);
    const bytes = buffer.subarray(0, count);
    const whole = (stat.mode & 0o777) === wholeMode;
    return {
      text: bytes.toString('utf8'),
      sha256: sha256(bytes),
      bytes: count,
      whole,
      settled: whole || (count > 0 && Math.abs(nowMs - stat.mtimeMs) >= settledAfterMs),
    };
  } finally {
    closeSync(fd);
  }
}

function readDone(mailboxDir: string, sequence: string, nowMs: number): DoneFile | 'unreadable' {
  const letter = readLetter(donePath(mailboxDir, sequence), nowMs);
  try {
    const value: unknown = JSON.parse(letter?.text ?? '');
    if (checkDoneFile(value)) return value as DoneFile;
  } catch {
    // A marker made by hand is empty or says anything.
  }
  return 'unreadable';
}

/** Whether the worker's completion marker is there. A link is none. */
export function hasCompletionMarker(mailboxDir: string): boolean {
  try {
    return lstatSync(completionMarkerPath(mailboxDir)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
