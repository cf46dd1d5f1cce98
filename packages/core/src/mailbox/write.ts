import { sha256 } from '../disk/hash.ts';
import { linkWhole } from '../disk/write.ts';
import type { DoneFile } from '../records/index.ts';
import { readNames } from '../store/store.ts';
import {
  answerPath,
  donePath,
  printingPath,
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
  const hash = sha256(text);
  for (;;) {
    const { entries } = readMailbox(mailboxDir, nowMs);
    const own = entries.find((entry) => entry.question.sha256 === hash && entry.done === null);
    if (own !== undefined) return { sequence: own.sequence, reattached: own };
    const sequence = nextNumber(mailboxDir);
    if (linkWhole(questionPath(mailboxDir, sequence), text, 'durable', wholeMode)) return { sequence, reattached: null };
  }
}

function nextNumber(mailboxDir: string): string {
  let highest = 0;
  for (const name of readNames(mailboxDir)) {
    const number = /^(\d{3,})\.(question|answer|done)$/.exec(name)?.[1];
    if (number !== undefined) highest = Math.max(highest, Number(number));
  }
  return String(highest + 1).padStart(3, '0');
}

/** Links the complete, synced answer; false where one stands already. The link decides, not the journal. */
export function putAnswer(mailboxDir: string, sequence: string, text: string): boolean {
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
