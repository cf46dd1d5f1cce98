import { UsageError } from '../errors.ts';
import { sha256 } from '../disk/hash.ts';
import { linkWhole, replaceFile } from '../disk/write.ts';
import type { DoneFile } from '../records/index.ts';
import { readNames } from '../store/store.ts';
import { preview } from '../title/index.ts';
import {
  answerPath,
  donePath,
  maxLetterBytes,
  printingPath,
  progressPath,
  questionPath,
  readMailbox,
  wholeMode,
  type MailboxEntry,
} from './read.ts';

/**
 * Puts a question under the next free number, or finds the worker's own: the same text that has no `.done` yet.
 * Nothing but the mailbox folder is touched, which every agent's sandbox lets a worker write.
 */
export function putQuestion(
  mailboxDir: string,
  text: string,
  nowMs: number,
): { sequence: string; reattached: MailboxEntry | null } {
  requireText(text, 'question');
  const hash = sha256(text);
  for (;;) {
    const { entries } = readMailbox(mailboxDir, nowMs);
    const own = entries.find((entry) => entry.question.sha256 === hash && entry.done === null);
    if (own !== undefined) return { sequence: own.sequence, reattached: own };
    const sequence = nextNumber(mailboxDir);
    if (linkWhole(questionPath(mailboxDir, sequence), text, 'durable', wholeMode))
      return { sequence, reattached: null };
  }
}

/** What readers would not count, or see only in part, is not put there. */
function requireText(text: string, what: 'question' | 'answer'): void {
  requireWords(text, what);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxLetterBytes)
    throw new UsageError(
      'letter_too_long',
      `the ${what} takes ${bytes} bytes; a letter holds ${maxLetterBytes}`,
      'put it into a file and name that file',
    );
}

function requireWords(text: string, what: 'question' | 'answer' | 'message'): void {
  if (text.trim() === '') throw new UsageError('letter_empty', `the ${what} is empty`, 'write some text');
}

/** Longer numbers are somebody's mischief: beyond 2^53 the next one would be the same. */
function nextNumber(mailboxDir: string): string {
  let highest = 0;
  for (const name of readNames(mailboxDir)) {
    const number = /^(\d{3,9})\.(question|answer|done)$/.exec(name)?.[1];
    if (number !== undefined) highest = Math.max(highest, Number(number));
  }
  return String(highest + 1).padStart(3, '0');
}

/** Links the complete, synced answer; false where one stands already. The link decides, not the journal. */
export function putAnswer(mailboxDir: string, sequence: string, text: string): boolean {
  requireText(text, 'answer');
  return linkWhole(answerPath(mailboxDir, sequence), text, 'durable', wholeMode);
}

/** Records that an answer was taken, and by whom; false where that stands already. */
export function putDone(mailboxDir: string, sequence: string, done: DoneFile): boolean {
  return linkWhole(donePath(mailboxDir, sequence), `${JSON.stringify(done)}\n`, 'durable', wholeMode);
}

/** Durable before the first byte of an answer is printed. */
export function markPrinting(mailboxDir: string, sequence: string): void {
  linkWhole(printingPath(mailboxDir, sequence), '', 'durable', wholeMode);
}

/**
 * The worker's word on how far it has come, in place of the one before; of one that is longer than a letter the beginning.
 * It is news, not a record: nothing is synced. Throws UsageError `letter_empty`.
 */
export function putProgress(mailboxDir: string, text: string): void {
  requireWords(text, 'message');
  replaceFile(progressPath(mailboxDir), preview(text, maxLetterBytes), 'cached');
}
